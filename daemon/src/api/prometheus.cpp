#include "api/prometheus.hpp"

#include <fmt/format.h>

namespace understudy::daemon::api {

namespace {

void append_label(std::string& out, std::string_view name, std::string_view value) {
  out += out.back() == '{' ? "" : ",";
  out += name;
  out += "=\"";
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  out += '"';
}

}  // namespace

std::string PrometheusText::number(double value) {
  return fmt::format("{}", value);
}

void PrometheusText::family(std::string_view name, std::string_view type, std::string_view help) {
  fmt::format_to(std::back_inserter(out_), "# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

void PrometheusText::line(std::string_view name, Labels labels, std::string_view bound, double value) {
  out_ += name;
  if (labels.size() > 0 || !bound.empty()) {
    out_ += '{';
    for (const auto& [label, text] : labels) append_label(out_, label, text);
    if (!bound.empty()) append_label(out_, "le", bound);
    out_ += '}';
  }
  out_ += ' ';
  out_ += number(value);
  out_ += '\n';
}

}  // namespace understudy::daemon::api
