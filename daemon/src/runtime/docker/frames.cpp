#include "runtime/docker/frames.hpp"

#include <algorithm>

namespace understudy::daemon::runtime {

namespace {

constexpr std::size_t header_size = 8;
constexpr std::uint32_t longest = 64U << 20U;

}  // namespace

void FrameDecoder::begin() {
  const auto byte = [this](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(header_[at]));
  };
  left_ = byte(4) << 24U | byte(5) << 16U | byte(6) << 8U | byte(7);
  stream_ = static_cast<int>(byte(0));
  broken_ = byte(0) > 2 || byte(1) != 0 || byte(2) != 0 || byte(3) != 0 || left_ > longest;
  header_.clear();
}

bool FrameDecoder::feed(std::string_view bytes, const Sink& sink) {
  while (!bytes.empty() && !broken_) {
    if (left_ > 0) {
      const auto payload = bytes.substr(0, left_);
      sink(stream_, payload);
      left_ -= static_cast<std::uint32_t>(payload.size());
      bytes.remove_prefix(payload.size());
      continue;
    }
    const auto part = std::min(header_size - header_.size(), bytes.size());
    header_ += bytes.substr(0, part);
    bytes.remove_prefix(part);
    if (header_.size() == header_size) begin();
  }
  return !broken_;
}

std::string demultiplexed(std::string_view body) {
  std::string text;
  FrameDecoder decoder;
  const bool framed = decoder.feed(body, [&](int, std::string_view payload) { text += payload; });
  return framed ? text : text.empty() ? std::string(body) : text;
}

}  // namespace understudy::daemon::runtime
