#include "clause.hpp"

namespace understudy::store {

std::int64_t count_of(Connection& connection, const Clause& select) {
  Statement statement(connection, select);
  return statement->next() ? statement->integer(0) : 0;
}

std::string json_array(const std::vector<std::string>& texts) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string json = "[";
  for (const auto& text : texts) {
    json.append(json.size() > 1 ? ",\"" : "\"");
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        json.push_back('\\');
        json.push_back(c);
      } else if (byte < 0x20) {
        json.append("\\u00");
        json.push_back(digits[byte >> 4]);
        json.push_back(digits[byte & 15]);
      } else {
        json.push_back(c);
      }
    }
    json.push_back('"');
  }
  json.push_back(']');
  return json;
}

Clause joined(const std::vector<Clause>& tests, std::string_view by) {
  Clause all;
  for (const auto& test : tests) {
    if (!all.sql.empty()) all.add(" ").add(by).add(" ");
    all.add(test);
  }
  return all;
}

}  // namespace understudy::store
