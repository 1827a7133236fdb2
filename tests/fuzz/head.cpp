// What stands before a body: how it arrives changes nothing, and what is taken is told apart in one way only.
#include "fuzz/input.hpp"
#include "http/request_head.hpp"
#include "http/text.hpp"

using namespace understudy::daemon::http;

namespace {

/// Where the head ends, or nothing; "refused" is 0.
std::optional<std::size_t> end_of(std::string_view bytes, std::size_t piece) {
  HeadScanner scanner;
  for (std::size_t at = 0; at < bytes.size();) {
    at = std::min(bytes.size(), at + piece);
    const auto end = scanner.scan(bytes.substr(0, at));
    if (!end) return 0;
    if (*end) return *end;
  }
  return std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t piece = input.byte() % 16 + 1U;
  const auto bytes = input.rest();
  const auto whole = end_of(bytes, bytes.size() + 1);
  const auto cut = end_of(bytes, piece);
  fuzz::require(whole == cut, "the pieces change nothing");
  if (!whole || *whole == 0) return 0;
  const auto head = bytes.substr(0, *whole);
  if (head == "\r\n") return 0;  // an empty line before a request
  fuzz::require(head.ends_with("\r\n\r\n"), "an empty line ends it");
  if (head_fault(head)) return 0;
  std::size_t lengths = 0;
  std::size_t codings = 0;
  for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
    const auto end = head.find("\r\n", at);
    const auto line = to_lower(head.substr(at, end - at));
    fuzz::require(!line.starts_with(' ') && !line.starts_with('\t'), "no line goes on in the next");
    if (line.starts_with("content-length:")) ++lengths;
    if (line.starts_with("transfer-encoding:")) ++codings;
    at = end + 2;
  }
  fuzz::require(lengths + codings <= 1, "one length, or chunks");
  return 0;
}
