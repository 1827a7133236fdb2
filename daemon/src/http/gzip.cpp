#include "http/gzip.hpp"

#include <zlib.h>

#include <array>

namespace understudy::daemon::http {

namespace {

constexpr int gzip_window = 15 + 16;

Bytef* input_of(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib does not write to it
}

}  // namespace

std::expected<std::string, std::string> gunzip(std::string_view compressed, std::size_t max) {
  z_stream stream{};
  if (inflateInit2(&stream, gzip_window) != Z_OK)
    return std::unexpected("the payload cannot be decompressed");
  stream.next_in = input_of(compressed);
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string out;
  std::array<char, 64 * 1024> piece{};
  int result = Z_OK;
  while (result == Z_OK && out.size() <= max) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    result = inflate(&stream, Z_NO_FLUSH);
    out.append(piece.data(), piece.size() - stream.avail_out);
    // There may be several members.
    if (result == Z_STREAM_END && stream.avail_in > 0) result = inflateReset(&stream);
  }
  inflateEnd(&stream);
  if (out.size() > max)
    return std::unexpected("the payload has more than " + std::to_string(max) + " bytes when decompressed");
  if (result != Z_STREAM_END) return std::unexpected("the payload is not gzip, or it ends early");
  return out;
}

std::string gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())) + 32, '\0');
  stream.next_in = input_of(text);
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace understudy::daemon::http
