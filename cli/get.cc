#include <algorithm>

#include "cli/configuration.h"
#include "cli/table.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace kgw::cli {
namespace {

struct Found {
  KindInfo kind;
  std::vector<ObjectView> objects;
};

// The words for a kind that kubectl takes too.
std::vector<std::string> WordsFor(const KindInfo& kind) {
  std::vector<std::string> words = kind.short_names;
  words.insert(words.end(), {Lower(kind.kind), kind.singular, kind.plural});
  if (!kind.group.empty()) {
    words.push_back(kind.plural + "." + kind.group);
    words.push_back(kind.singular + "." + kind.group);
  }
  return words;
}

bool IsNamed(const KindInfo& kind, std::string_view word) {
  const std::vector<std::string> words = WordsFor(kind);
  return std::find(words.begin(), words.end(), Lower(word)) != words.end();
}

std::string UnknownKind(const std::vector<KindInfo>& kinds, const std::string& word) {
  std::vector<std::string> words, plurals;
  for (const KindInfo& kind : kinds) {
    plurals.push_back(kind.plural);
    for (std::string& known : WordsFor(kind)) words.push_back(std::move(known));
  }
  const std::string hint = DidYouMean(word, words);
  return "unknown kind \"" + word + "\"" +
         (hint.empty() ? ": there are " + Join(plurals, ", ") : hint);
}

// Every kind of a comma-separated list, or all of them.
std::string SelectKinds(const std::vector<KindInfo>& kinds, std::string_view list,
                        std::vector<Found>* found) {
  for (const std::string& word : Split(list, ',')) {
    const size_t before = found->size();
    for (const KindInfo& kind : kinds) {
      if (word == "all" || IsNamed(kind, word)) found->push_back({kind, {}});
    }
    if (found->size() == before) return UnknownKind(kinds, word);
  }
  return {};
}

void Collect(const Args& args, const Engine& engine, Found* found) {
  found->objects = engine.Objects(found->kind.kind);
  if (args.namespace_.empty() || !found->kind.namespaced) return;
  std::erase_if(found->objects,
                [&](const ObjectView& object) { return object.namespace_ != args.namespace_; });
}

// Keeps the objects of that name. Returns what to say if there is none.
std::string KeepNamed(const std::string& name, std::vector<Found>* found) {
  std::vector<std::string> names, kinds;
  size_t kept = 0;
  for (Found& one : *found) {
    kinds.push_back(one.kind.plural);
    for (const ObjectView& object : one.objects) names.push_back(object.name);
    std::erase_if(one.objects, [&](const ObjectView& object) { return object.name != name; });
    kept += one.objects.size();
  }
  if (kept > 0) return {};
  return Join(kinds, ", ") + " \"" + name + "\" not found" + DidYouMean(name, names);
}

std::string QualifiedName(const KindInfo& kind, const ObjectView& object) {
  return kind.singular + (kind.group.empty() ? "" : "." + kind.group) + "/" + object.name;
}

std::string NamesText(const std::vector<Found>& found) {
  std::string text;
  for (const Found& one : found) {
    for (const ObjectView& object : one.objects) text += QualifiedName(one.kind, object) + "\n";
  }
  return text;
}

std::vector<const ObjectView*> AllObjects(const std::vector<Found>& found) {
  std::vector<const ObjectView*> all;
  for (const Found& one : found) {
    for (const ObjectView& object : one.objects) all.push_back(&object);
  }
  return all;
}

std::string JsonText(const std::vector<const ObjectView*>& objects, bool alone) {
  if (alone && objects.size() == 1) return objects[0]->json + "\n";
  std::vector<std::string> items;
  for (const ObjectView* object : objects) items.push_back(object->json);
  return "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[" + Join(items, ",") + "]}\n";
}

// The lines of a YAML document as an item of a list.
std::string ListItem(const std::string& yaml) {
  std::string text;
  for (const std::string& line : Split(yaml, '\n')) {
    if (!line.empty()) text += (text.empty() ? "- " : "  ") + line;
    text += "\n";
  }
  while (text.size() > 1 && text[text.size() - 2] == '\n') text.pop_back();
  return text;
}

std::string YamlText(const std::vector<const ObjectView*>& objects, bool alone) {
  if (alone && objects.size() == 1) return objects[0]->yaml;
  if (objects.empty()) return "apiVersion: v1\nkind: List\nitems: []\n";
  std::string text = "apiVersion: v1\nkind: List\nitems:\n";
  for (const ObjectView* object : objects) text += ListItem(object->yaml);
  return text;
}

using Columns = std::vector<std::pair<std::string, std::string>>;

Columns ColumnsOf(const ObjectView& object, bool wide) {
  Columns columns = object.columns;
  if (wide) {
    columns.insert(columns.end(), object.wide_columns.begin(), object.wide_columns.end());
  }
  return columns;
}

std::string TableText(const Args& args, const Found& found, bool qualified) {
  if (found.objects.empty()) return {};
  const bool wide = args.output == Output::kWide;
  std::vector<std::string> titles = {"NAMESPACE", "NAME"};
  for (const auto& [title, text] : ColumnsOf(found.objects[0], wide)) titles.push_back(title);
  Table table(titles);
  for (const ObjectView& object : found.objects) {
    std::vector<Cell> row = {
        {args.namespace_.empty() ? object.namespace_ : ""},
        {qualified ? QualifiedName(found.kind, object) : object.name, Color::kBold}};
    for (const auto& [title, text] : ColumnsOf(object, wide)) row.emplace_back(text);
    table.Add(std::move(row));
  }
  return table.Text(StdoutPainter(args.color), !args.no_headers);
}

std::string TablesText(const Args& args, const std::vector<Found>& found) {
  std::string text;
  for (const Found& one : found) {
    const std::string table = TableText(args, one, found.size() > 1);
    if (!text.empty() && !table.empty()) text += "\n";
    text += table;
  }
  return text;
}

int PrintFound(const Args& args, const std::vector<Found>& found, bool alone) {
  const std::vector<const ObjectView*> objects = AllObjects(found);
  switch (args.output) {
    case Output::kJson:
      Print(JsonText(objects, alone));
      return kFine;
    case Output::kYaml:
      Print(YamlText(objects, alone));
      return kFine;
    case Output::kName:
      Print(NamesText(found));
      return kFine;
    case Output::kTable:
    case Output::kWide:
      Print(TablesText(args, found));
      break;
  }
  if (objects.empty()) {
    Note(args.namespace_.empty() ? "no objects found"
                                 : "no objects found in namespace " + args.namespace_);
  }
  return kFine;
}

}  // namespace

int RunGet(const Args& args) {
  if (args.words.empty()) return Misused(args, "which kind? For instance: kgw get httproutes");
  if (args.words.size() > 2) return Misused(args, "too many words: expected KIND [NAME]");
  // KIND/NAME is what -o name prints.
  const size_t slash = args.words[0].find('/');
  const bool joined = slash != std::string::npos && args.words.size() == 1;
  const bool alone = joined || args.words.size() == 2;
  const std::string name = joined ? args.words[0].substr(slash + 1) : args.words.back();

  Configuration configuration(args);
  std::vector<Found> found;
  std::string problem =
      SelectKinds(configuration.engine.Kinds(),
                  args.words[0].substr(0, joined ? slash : std::string::npos), &found);
  if (!problem.empty()) return Misused(args, problem);
  if (!SayFindings(args, configuration)) return kWrongUsage;
  for (Found& one : found) Collect(args, configuration.engine, &one);
  if (alone) {
    problem = KeepNamed(name, &found);
    if (!problem.empty()) {
      Complain(problem);
      return kBadNews;
    }
  }
  return PrintFound(args, found, alone);
}

}  // namespace kgw::cli
