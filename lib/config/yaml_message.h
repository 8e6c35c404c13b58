// config/yaml_message.h - libyaml's errors as one plain sentence at the place to look at.
#pragma once

#include <yaml.h>

#include <string_view>

#include "config/parse.h"
#include "config/records.h"
#include "config/text.h"

namespace kgw::config {

// The error that `parser` stopped at. `text` is the document, `locator` walks over it; `innermost`
// is the list or map that was open, or null.
SyntaxError ExplainYamlError(const yaml_parser_t& parser, std::string_view text,
                             const Record* innermost, Locator* locator);

// Gives `error` the code "HelmTemplate" and a hint what to do if the lines there look like a
// template that nobody has rendered; `first_line` is the line number of the start of `text`.
void RecogniseTemplate(std::string_view text, uint32_t first_line, SyntaxError* error);

}  // namespace kgw::config
