#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace understudy::daemon::runtime {

/// Takes apart an engine's output stream: frames of one type byte, three zero bytes, a big-endian length, the
/// payload.
class FrameDecoder {
 public:
  using Sink = std::function<void(int stream, std::string_view payload)>;  ///< 1 stdout, 2 stderr

  /// Bytes in any portions; a payload may come in several calls of the sink. False once it is not such a
  /// stream.
  bool feed(std::string_view bytes, const Sink& sink);

 private:
  void begin();

  std::string header_;
  std::uint32_t left_{0};
  int stream_{0};
  bool broken_{false};
};

/// Both streams of a whole body as one text, as far as it can be understood.
[[nodiscard]] std::string demultiplexed(std::string_view body);

}  // namespace understudy::daemon::runtime
