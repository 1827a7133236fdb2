#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <utility>

namespace understudy::daemon::edge {

/// How many containers may be created or started at once; the rest wait in order. Many starts at once make
/// each slower.
class StartSlots {
 public:
  StartSlots(boost::asio::io_context& io, int limit) : io_(io), free_(limit) {}

  class Slot {
   public:
    explicit Slot(StartSlots& owner) : owner_(&owner) {}
    Slot(Slot&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (owner_) owner_->give_back();
    }

   private:
    StartSlots* owner_;
  };

  boost::asio::awaitable<Slot> take();

 private:
  void give_back();

  boost::asio::io_context& io_;
  int free_;
  std::list<boost::asio::steady_timer> waiting_;
};

}  // namespace understudy::daemon::edge
