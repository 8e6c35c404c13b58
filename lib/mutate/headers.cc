#include "mutate/headers.h"

#include <algorithm>
#include <string>
#include <vector>

namespace kgw::mutate {
namespace {

using model::HeaderEdits;
using model::HeaderLine;

void EraseName(const std::string& name, std::vector<HeaderLine>* lines) {
  lines->erase(std::remove_if(lines->begin(), lines->end(),
                              [&](const HeaderLine& line) { return line.first == name; }),
               lines->end());
}

// Drops all that the edits say about `name`: what follows does not depend on its values.
void Forget(const std::string& name, HeaderEdits* edits) {
  edits->remove.erase(std::remove(edits->remove.begin(), edits->remove.end(), name),
                      edits->remove.end());
  EraseName(name, &edits->set);
  EraseName(name, &edits->add);
}

}  // namespace

void Compose(const model::HeaderEdits& next, model::HeaderEdits* edits) {
  for (const std::string& name : next.remove) {
    Forget(name, edits);
    edits->remove.push_back(name);
  }
  for (const HeaderLine& line : next.set) {
    Forget(line.first, edits);
    edits->set.push_back(line);
  }
  edits->add.insert(edits->add.end(), next.add.begin(), next.add.end());
}

}  // namespace kgw::mutate
