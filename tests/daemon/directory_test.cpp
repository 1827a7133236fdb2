#include "files/directory.hpp"
#include "files/atomic_file.hpp"

#include <signal.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <atomic>
#include <thread>

#include "daemon/runtime_fixture.hpp"
#include "runtime/files.hpp"

using namespace understudy::daemon::testing;
namespace fs = std::filesystem;

namespace {

/// What a directory looks like after somebody else has been in it, and a file that they want read or written.
struct Room {
  Scratch scratch;
  std::string dir = scratch / "room";
  std::string victim = scratch / "victim";
  Lookup lookup = GENERATE(Lookup::kernel, Lookup::by_hand);

  Room() {
    fs::create_directories(dir + "/inner");
    std::ofstream(victim) << "precious";
    std::ofstream(dir + "/inner/plain") << "plain words";
  }
  [[nodiscard]] Directory open() const { return Directory::open(dir, lookup).value(); }
  [[nodiscard]] FileErrorKind why(const std::string& name) const {
    const auto found = open().file(name);
    REQUIRE_FALSE(found);
    return found.error().kind;
  }
};

}  // namespace

TEST_CASE("a plain file beneath is read", "[files]") {
  const Room room;
  CHECK(room.open().text("inner/plain", 100) == "plain words");
  CHECK(room.open().directory("inner")->text("plain", 100) == "plain words");
  CHECK(room.why("inner/none") == FileErrorKind::absent);
  CHECK(room.why("none/plain") == FileErrorKind::absent);
}

TEST_CASE("nothing but a plain file is opened, and no name leads out or through a link", "[files]") {
  const Room room;
  fs::create_symlink(room.victim, room.dir + "/link");
  fs::create_symlink("/no/such/file", room.dir + "/dangling");
  fs::create_symlink("loop", room.dir + "/loop");
  fs::create_symlink("inner", room.dir + "/linked");
  fs::create_symlink("/proc/self/fd/0", room.dir + "/magic");
  ::mkfifo((room.dir + "/fifo").c_str(), 0666);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  (room.dir + "/socket").copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  ::close(socket);
  for (const auto* name : {"link", "dangling", "loop", "magic", "fifo", "socket", "inner", "linked/plain",
                           "inner/plain/more", "../victim", "inner/../../victim", "/etc/passwd"}) {
    INFO(name);
    CHECK(room.why(name) == FileErrorKind::tampered);
  }
  if (::mknod((room.dir + "/device").c_str(), S_IFCHR | 0666, 0x103) == 0)  // as root alone
    CHECK(room.why("device") == FileErrorKind::tampered);
  CHECK(room.open().directory("linked").error().kind == FileErrorKind::tampered);
  CHECK(room.open().directory("fifo").error().kind == FileErrorKind::tampered);
}

TEST_CASE("anything but a plain file is not opened even for a moment", "[files]") {
  const Room room;
  const auto fifo = room.dir + "/fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0666) == 0);
  const Descriptor watch(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  REQUIRE(::inotify_add_watch(watch.get(), fifo.c_str(), IN_OPEN) >= 0);
  CHECK(room.why("fifo") == FileErrorKind::tampered);
  char event[1024];
  CHECK(::read(watch.get(), event, sizeof event) < 0);
  static_cast<void>(::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  CHECK(::read(watch.get(), event, sizeof event) > 0);  // that is what would have been seen
}

TEST_CASE("only ENOENT is absence", "[files]") {
  CHECK(file_error(ENOENT).kind == FileErrorKind::absent);
  for (const int error : {ELOOP, ENOTDIR, EISDIR, EXDEV, ENXIO})
    CHECK(file_error(error).kind == FileErrorKind::tampered);
  for (const int error : {EMFILE, ENFILE, EACCES, EPERM, EIO, ENOMEM, EAGAIN, EINTR, ESTALE, ENODEV, EBUSY})
    CHECK(file_error(error).kind == FileErrorKind::unknown);
}

TEST_CASE("without a free descriptor nothing is known", "[files]") {
  const Room room;
  const auto directory = room.open();
  FileErrorKind plain{}, none{}, whole{}, proc{};
  {
    const NoDescriptors now;
    plain = directory.file("inner/plain").error().kind;
    none = directory.file("inner/none").error().kind;
    whole = Directory::open(room.dir).error().kind;
    proc = key_of(::getpid()).error().kind;
  }
  CHECK(plain == FileErrorKind::unknown);
  CHECK(none == FileErrorKind::unknown);
  CHECK(whole == FileErrorKind::unknown);
  CHECK(proc == FileErrorKind::unknown);
}

TEST_CASE("a long file is not taken for a small one", "[files]") {
  const Room room;
  fs::resize_file(room.dir + "/inner/plain", std::uintmax_t{1} << 40);
  CHECK(room.open().text("inner/plain", 4096).error().kind == FileErrorKind::tampered);
}

TEST_CASE("a second name may be refused", "[files]") {
  const Room room;
  fs::create_hard_link(room.victim, room.dir + "/second");
  CHECK(room.open().text("second", 100) == "precious");
  CHECK(room.open().text("second", 100, Links::one).error().kind == FileErrorKind::tampered);
}

TEST_CASE("a file under somebody's lease does not make us wait", "[files]") {
  const Room room;
  const LeaseHolder holder(room.dir + "/inner/plain");
  const auto began = std::chrono::steady_clock::now();
  const auto found = room.open().file("inner/plain");
  const auto took = std::chrono::steady_clock::now() - began;
  CHECK(took < std::chrono::seconds(5));  // the kernel would wait 45
  if (holder.has_lease()) CHECK(found.error().kind == FileErrorKind::unknown);
}

TEST_CASE("a name that is swapped all the time never leads to another's file", "[files]") {
  const Room room;
  const auto directory = room.open();
  std::atomic<bool> stop{false};
  std::thread swapper([&] {
    while (!stop) {
      std::ofstream(room.dir + "/draft") << "plain words";
      fs::rename(room.dir + "/draft", room.dir + "/swapped");
      fs::create_symlink(room.victim, room.dir + "/draft");
      fs::rename(room.dir + "/draft", room.dir + "/swapped");
      fs::create_directory_symlink(room.scratch.path(), room.dir + "/outside");
      fs::rename(room.dir + "/inner", room.dir + "/kept");
      fs::rename(room.dir + "/outside", room.dir + "/inner");
      fs::remove(room.dir + "/inner");
      fs::rename(room.dir + "/kept", room.dir + "/inner");
    }
  });
  int precious = 0;
  for (int looks = 0; looks < 3000; ++looks) {
    precious += directory.text("swapped", 100) == "precious";
    precious += directory.text("inner/victim", 100).has_value();
  }
  stop = true;
  swapper.join();
  CHECK(precious == 0);
}

TEST_CASE("a created file is new: nothing is written through an existing name", "[files]") {
  const Room room;
  const auto directory = room.open();
  fs::create_symlink(room.victim, room.dir + "/link");
  fs::create_symlink(room.scratch / "made", room.dir + "/dangling");
  ::mkfifo((room.dir + "/fifo").c_str(), 0666);
  for (const auto* name : {"link", "dangling", "fifo", "inner"})
    CHECK_FALSE(directory.create(name, "x", 0600));
  CHECK(slurp(room.victim) == "precious");
  CHECK_FALSE(fs::exists(room.scratch / "made"));
  REQUIRE(directory.create("new", "words", 0640));
  CHECK(slurp(room.dir + "/new") == "words");
  CHECK((directory.look("new")->st_mode & 0777) == 0640);
}

TEST_CASE("a file is replaced, never written through", "[files]") {
  Scratch scratch;
  const auto path = scratch / "record";
  std::ofstream(scratch / "victim") << "precious";
  for (const auto* name : {"record", "record.new", ".record.new"})
    fs::create_symlink(scratch / "victim", scratch / name);
  REQUIRE(write_atomically(path, "{}", Durable::no));
  CHECK(slurp(scratch / "victim") == "precious");
  CHECK_FALSE(fs::is_symlink(path));
  CHECK(read_file(path) == "{}");
  CHECK_FALSE(write_atomically(scratch / "none/record", "{}"));
}

TEST_CASE("a directory that we made is made again, whatever has its name", "[files]") {
  const Room room;
  const auto directory = room.open();
  fs::create_directory(room.scratch / "elsewhere");
  fs::create_directory_symlink(room.scratch / "elsewhere", room.dir + "/link");
  ::mkfifo((room.dir + "/fifo").c_str(), 0666);
  for (const std::string name : {"link", "fifo", "new", "inner"}) {
    INFO(name);
    const auto made = directory.make_directory(name, 0700);
    REQUIRE(made);
    REQUIRE(made->create("file", "x", 0600));
    CHECK(fs::is_regular_file(room.dir + "/" + name + "/file"));
    CHECK((directory.look(name)->st_mode & 0777) == 0700);
  }
  CHECK(fs::is_empty(room.scratch / "elsewhere"));
  CHECK(room.open().text("inner/plain", 100) == "plain words");
}

TEST_CASE("a process that cannot be looked at is not gone", "[files]") {
  const auto key = key_of(::getpid());
  REQUIRE(key);
  CHECK(is_alive(*key));
  CHECK_FALSE(is_gone(*key));
  CHECK(is_gone({key->pid, key->start + 1, key->boot_id}));
  CHECK(is_gone({0, 0, ""}));
  bool gone = true;
  {
    const NoDescriptors now;
    gone = is_gone(*key);
  }
  CHECK_FALSE(gone);
}
