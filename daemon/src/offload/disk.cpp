#include "offload/disk.hpp"

namespace understudy::daemon::offload {

/// Waits for what runs; what has not begun never will.
Disk::~Disk() {
  pool_.stop();
  pool_.join();
}

std::shared_ptr<Disk::Line> Disk::line_at(const std::string& place) {
  constexpr std::size_t many = 256;
  if (lines_.size() > many) std::erase_if(lines_, [](const auto& known) { return known.second.expired(); });
  auto& known = lines_[place];
  auto line = known.lock();
  if (!line) known = line = std::make_shared<Line>(boost::asio::make_strand(pool_.get_executor()));
  return line;
}

}  // namespace understudy::daemon::offload
