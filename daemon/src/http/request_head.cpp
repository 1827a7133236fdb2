#include "http/request_head.hpp"

#include <algorithm>
#include <cstdint>

#include "http/authority.hpp"
#include "http/text.hpp"
#include "text/ascii.hpp"

namespace understudy::daemon::http {
namespace {

/// No client needs more; they only make the search for a field expensive.
constexpr std::size_t max_fields = 128;
constexpr std::size_t max_digits = 19;  // of a length, so that it fits 64 bits

bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return text::is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
  });
}

bool is_length(std::string_view text) {
  return !text.empty() && text.size() <= max_digits && std::ranges::all_of(text, text::is_digit);
}

/// The fields that tell where the body ends and which host the request is for.
struct FramingFields {
  int lengths{0};
  bool length_is_good{true};
  std::optional<std::string> codings{};  ///< of all Transfer-Encoding fields, in order
  int hosts{0};
  std::string host{};
};

std::optional<HeadFault> read_field(std::string_view line, FramingFields& to) {
  const auto colon = line.find(':');
  const auto name = line.substr(0, colon);
  if (colon == std::string_view::npos || !is_token(name))
    return HeadFault{400, "A field of the header has no name, or a space before its colon."};
  const auto value = trim(line.substr(colon + 1));
  if (iequals(name, "Content-Length")) {
    ++to.lengths;
    to.length_is_good = to.length_is_good && is_length(value);
  } else if (iequals(name, "Transfer-Encoding")) {
    if (to.codings)
      to.codings->append(",").append(value);
    else
      to.codings = value;
  } else if (iequals(name, "Host")) {
    ++to.hosts;
    to.host = value;
  }
  return std::nullopt;
}

std::optional<HeadFault> coding_fault(std::string_view codings) {
  std::size_t chunked = 0;
  std::size_t others = 0;
  bool ends_chunked = false;
  bool has_gap = false;
  for (;;) {
    const auto comma = codings.find(',');
    const auto item = trim(codings.substr(0, comma));
    has_gap = has_gap || item.empty();
    ends_chunked = iequals(item, "chunked");
    ++(ends_chunked ? chunked : others);
    if (comma == std::string_view::npos) break;
    codings.remove_prefix(comma + 1);
  }
  if (has_gap || !ends_chunked || chunked != 1)
    return HeadFault{400,
                     "A Transfer-Encoding must end in chunked, once, or nobody knows where the body ends."};
  if (others > 0) return HeadFault{501, "No other Transfer-Encoding than chunked is understood."};
  return std::nullopt;
}

/// "GET http://host/path HTTP/1.1": the host is named there and in Host, which must agree.
std::optional<HeadFault> target_fault(std::string_view target, const FramingFields& fields) {
  const auto mark = target.find("://");
  if (target.starts_with('/') || mark == std::string_view::npos) return std::nullopt;
  if (fields.hosts == 0) return std::nullopt;
  auto authority = target.substr(mark + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  const auto named = parse_authority(authority);
  const auto host = parse_authority(fields.host);
  const std::uint16_t usual = target.starts_with("https:") ? 443 : 80;
  const auto port = [usual](const HostPort& at) { return at.port == 0 ? usual : at.port; };
  if (named && host && named->host == host->host && port(*named) == port(*host)) return std::nullopt;
  return HeadFault{400, "The request names one host in its first line and another in Host."};
}

}  // namespace

std::expected<std::optional<std::size_t>, std::string> HeadScanner::scan(std::string_view bytes) {
  for (; at_ < bytes.size(); ++at_) {
    const char c = bytes[at_];
    if (c == '\r') {
      if (at_ + 1 == bytes.size()) return std::nullopt;
      if (bytes[at_ + 1] != '\n') return std::unexpected("a carriage return alone in the header");
    } else if (c == '\n') {
      if (at_ == 0 || bytes[at_ - 1] != '\r') return std::unexpected("a line of the header ends without CR");
      const bool is_empty = at_ - line_begin_ == 1;
      line_begin_ = at_ + 1;
      if (is_empty) return at_ + 1;
    } else if (at_ == line_begin_ && (c == ' ' || c == '\t')) {
      return std::unexpected("a line of the header begins with a space");
    } else if (text::is_control(c) && c != '\t') {
      return std::unexpected("a control character in the header");
    }
  }
  return std::nullopt;
}

std::optional<HeadFault> head_fault(std::string_view head) {
  const auto next_line = [&head] {
    const auto end = std::min(head.find("\r\n"), head.size());
    const auto line = head.substr(0, end);
    head.remove_prefix(std::min(head.size(), end + 2));
    return line;
  };
  const auto first = next_line();
  const auto target_at = std::min(first.find(' '), first.size());
  const auto version_at = std::max(first.rfind(' '), target_at);
  const bool is_old = first.substr(std::min(version_at, first.size())).ends_with("HTTP/1.0");

  FramingFields fields;
  std::size_t count = 0;
  for (auto line = next_line(); !line.empty(); line = next_line()) {
    if (++count > max_fields)
      return HeadFault{431, "A request may have " + std::to_string(max_fields) + " fields."};
    if (auto fault = read_field(line, fields)) return fault;
  }
  if (fields.lengths > 1 || !fields.length_is_good)
    return HeadFault{400, "A Content-Length must be there once, and be a number of digits alone."};
  if (fields.codings) {
    if (fields.lengths > 0)
      return HeadFault{400, "A request has a Content-Length or a Transfer-Encoding, never both."};
    if (is_old) return HeadFault{400, "HTTP/1.0 has no Transfer-Encoding."};
    if (auto fault = coding_fault(*fields.codings)) return fault;
  }
  if (fields.hosts > 1 || (fields.hosts == 0 && !is_old))
    return HeadFault{400, "One Host field is required."};
  return target_fault(trim(first.substr(target_at, version_at - target_at)), fields);
}

}  // namespace understudy::daemon::http
