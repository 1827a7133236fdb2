#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "http/range.hpp"
#include "http/respond.hpp"
#include "http/text.hpp"

namespace understudy::daemon::http {
namespace {

bool unchanged(const Request& request, std::string_view etag) {
  const auto known = request.headers.get("If-None-Match");
  if (!known) return false;
  return *known == "*" || any_item(*known, ',', [&](std::string_view item) {
    if (item.starts_with("W/")) item.remove_prefix(2);
    return item == etag;
  });
}

RangeAnswer wanted_part(const Request& request, std::string_view etag, std::uint64_t size) {
  const auto range = request.headers.get("Range");
  if (!range || request.method != Method::get) return WholeFile{};
  if (const auto condition = request.headers.get("If-Range"); condition && *condition != etag)
    return WholeFile{};
  return parse_range(*range, size);
}

}  // namespace

Response file(const Request& request, files::PlainFile found, std::string_view content_type) {
  const auto size = static_cast<std::uint64_t>(found.found.st_size);
  const auto& changed = found.found.st_mtim;
  const auto etag = fmt::format("\"{}-{}.{}\"", size, changed.tv_sec, changed.tv_nsec);
  const auto open = std::make_shared<const files::Descriptor>(std::move(found.descriptor));

  Response response{200, {}, FileRange{open, 0, size}};
  response.headers.set("Content-Type", content_type);
  response.headers.set("ETag", etag);
  response.headers.set("Accept-Ranges", "bytes");
  if (unchanged(request, etag)) {
    response.status = 304;
    response.body = std::string{};
    return response;
  }
  const auto answer = wanted_part(request, etag, size);
  if (const auto* part = std::get_if<PartOfFile>(&answer)) {
    response.status = 206;
    response.body = FileRange{open, part->offset, part->length};
    response.headers.set("Content-Range",
                         fmt::format("bytes {}-{}/{}", part->offset, part->offset + part->length - 1, size));
  } else if (std::holds_alternative<Unsatisfiable>(answer)) {
    response = problem(416, "The file has " + std::to_string(size) + " bytes.");
    response.headers.set("Content-Range", "bytes */" + std::to_string(size));
  }
  return response;
}

Response file(const Request& request, const std::filesystem::path& path, std::string_view content_type) {
  files::PlainFile found{files::Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))};
  const bool is_open = found.descriptor && ::fstat(found.descriptor.get(), &found.found) == 0;
  if (!is_open && errno != ENOENT && errno != ENOTDIR)
    return problem(503, "The file cannot be opened at the moment: " + files::describe_errno(errno) + ".");
  if (!is_open || !S_ISREG(found.found.st_mode)) return problem(404, "There is no such file.");
  return file(request, std::move(found), content_type);
}

}  // namespace understudy::daemon::http
