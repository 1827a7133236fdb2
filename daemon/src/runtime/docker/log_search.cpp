#include "runtime/docker/log_search.hpp"

#include <algorithm>

#include "runtime/docker/bodies.hpp"
#include "understudy/check.hpp"

namespace understudy::daemon::runtime {

void LogSearch::feed(std::string_view bytes) {
  if (!framed_) return look(0, bytes);
  decoder_.feed(bytes, [this](int stream, std::string_view payload) {
    look(static_cast<std::size_t>(stream), payload);
  });
}

void LogSearch::look(std::size_t stream, std::string_view payload) {
  UNDERSTUDY_CHECK(stream < ends_.size(), stream);  // the decoder lets no other through
  if (found_ || payload.empty()) return;
  within_[stream] = payload.back() != '\n';
  auto& end = ends_[stream];
  const std::size_t carried = words_.empty() ? 0 : words_.size() - 1;
  if (!end.empty()) {
    end += payload.substr(0, carried);
    found_ = end.find(words_) != std::string::npos;
  }
  found_ = found_ || payload.find(words_) != std::string_view::npos;
  if (payload.size() >= carried)
    end = payload.substr(payload.size() - carried);
  else if (end.empty())
    end = payload;  // else it was added above
  if (end.size() > carried) end.erase(0, end.size() - carried);
}

std::int64_t output_begins(std::optional<std::int64_t> started_ns, std::optional<std::int64_t> finished_ns) {
  constexpr std::int64_t at_most_before = 5'000'000'000;
  if (!started_ns || !finished_ns) return 0;  // its first life: all there is
  if (*finished_ns >= *started_ns) return *started_ns;
  return std::max(*finished_ns + (*started_ns - *finished_ns) / 2, *started_ns - at_most_before);
}

std::optional<std::int64_t> time_of_line(std::string_view body, bool framed) {
  constexpr std::size_t header = 8;
  if (framed) body.remove_prefix(std::min(header, body.size()));
  return parse_time_ns(body.substr(0, body.find(' ')));
}

}  // namespace understudy::daemon::runtime
