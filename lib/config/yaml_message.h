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

// Puts a hint in front of `error` if the lines there look like an unrendered Helm template;
// `first_line` is the line number of the start of `text`.
void HintAtTemplate(std::string_view text, uint32_t first_line, SyntaxError* error);

}  // namespace kgw::config
