// What the daemon makes and moves of a spool.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/spool.hpp"
#include "runtime/spool_place.hpp"

namespace understudy::daemon::runtime {

namespace {

constexpr std::string_view nobody = "{}\n";  // as `pid`; a shim that finds one does not begin
constexpr mode_t ours = 0700;
constexpr std::size_t leftovers_at_once = 1000;

std::unexpected<std::string> failed(const std::string& path, const FileError& error) {
  return std::unexpected(fmt::format("{} cannot be made: {}", path, describe_errno(error.code)));
}

FileResult<Directory> make_agent_directory(const std::string& agent_dir) {
  std::error_code error;
  if (std::filesystem::create_directories(agent_dir, error)) ::chmod(agent_dir.c_str(), ours);
  if (error) return std::unexpected(FileError{FileErrorKind::unknown, error.value()});
  return Directory::open(agent_dir);
}

FileResult<Directory> make_spool_directory(const Directory& agent, bool shared) {
  return agent.make_directory("spool", shared ? 0755 : ours);
}

/// Only what was made by us is kept; a link or a file that somebody put there goes.
void put_away(const Directory& agent, const Directory& spools, const std::string& name) {
  const auto directory = spools.directory(name);
  if (!directory) {
    if (directory.error().kind == FileErrorKind::tampered) spools.remove(name);
    return;
  }
  const auto archive = agent.make_directory("archive", ours);
  if (!archive) return;
  // A name that is taken is not an attempt's: the agent made it up.
  const auto as = archive->look(name) ? random_name(name + ".") : name;
  if (!spools.move(name, *archive, as)) return;
  ::fchmod(directory->get(), ours);
  // Another name of somebody else's file was not shown while it was live (Links::one). In the archive it
  // would be, as copies of a state directory share their files.
  for (const auto* said : {"output", "stderr"})
    if (const auto found = directory->look(said); found && found->st_nlink > 1) directory->remove(said);
}

/// An attempt that never arrived may be sent again; what was prepared for it then is nobody's.
void forget_earlier(const Directory& agent, const Directory& spools, const std::string& attempt) {
  const auto archive = agent.make_directory("archive", ours);
  if (!archive) return;
  const auto as = random_name(attempt + ".");
  static_cast<void>(spools.move(attempt, *archive, as) || archive->move(attempt, *archive, as));
}

/// What an earlier daemon left, or the agent.
void put_leftovers_away(const std::string& agent_dir, const Directory& agent, const Directory& spools) {
  const auto names = spools.names(leftovers_at_once);
  if (!names) return;
  for (const auto& name : *names) {
    const auto state = Spool(fmt::format("{}/spool/{}", agent_dir, name)).look();
    if (!state.shim_lives && state.phase != TaskPhase::unknown) put_away(agent, spools, name);
  }
}

/// Opens the lock for writing, making it when no shim has.
FileResult<PlainFile> open_lock(const Directory& spool) {
  auto file = spool.file("lock", O_RDWR, Links::one);
  if (file || file.error().kind != FileErrorKind::absent) return file;
  static_cast<void>(spool.create("lock", "", 0600));  // or a shim was quicker
  return spool.file("lock", O_RDWR, Links::one);
}

/// Written where nobody else can reach it, then renamed.
FileResult<void> put(const std::string& agent_dir, const Directory& to, const std::string& name,
                     std::string_view text) {
  const auto agent = Directory::open(agent_dir);
  if (!agent) return std::unexpected(agent.error());
  const auto drafts = agent->make_directory("drafts", ours);
  if (!drafts) return std::unexpected(drafts.error());
  const auto draft = random_name("");
  if (auto written = drafts->create(draft, text, 0644); !written) return written;
  auto moved = drafts->move(draft, to, name);
  if (!moved) drafts->remove(draft);
  return moved;
}

StartPrevented begun_by_a_shim(const Directory& spool) {
  for (const auto* name : {"pid", "status"}) {
    const auto found = spool.look(name);
    if (found) return StartPrevented::begun;
    if (found.error().kind != FileErrorKind::absent) return StartPrevented::unknown;
  }
  return StartPrevented::yes;
}

}  // namespace

std::expected<void, std::string> make_spools(const std::string& agent_dir, bool shared) {
  const auto agent = make_agent_directory(agent_dir);
  if (!agent) return failed(agent_dir, agent.error());
  const auto spools = make_spool_directory(*agent, shared);
  if (!spools) return failed(agent_dir + "/spool", spools.error());
  return {};
}

std::expected<void, std::string> prepare_spool(const std::string& spool_dir, const std::string& input,
                                               bool shared) {
  const auto place = place_of(spool_dir);
  const auto agent = make_agent_directory(place.agent_dir);
  if (!agent) return failed(spool_dir, agent.error());
  const auto spools = make_spool_directory(*agent, shared);
  if (!spools) return failed(spool_dir, spools.error());
  if (spools->look(place.attempt) || agent->look(place.archived()))
    forget_earlier(*agent, *spools, place.attempt);
  put_leftovers_away(place.agent_dir, *agent, *spools);
  const auto drafts = agent->make_directory("drafts", ours);
  if (!drafts) return failed(spool_dir, drafts.error());
  const auto draft = random_name("");
  const auto made = drafts->make_directory(draft, ours);
  if (!made) return failed(spool_dir, made.error());
  auto done = made->create("input", input, shared ? 0644 : 0600);
  if (done) done = drafts->move(draft, *spools, place.attempt);
  if (!done) {
    made->remove("input");
    ::unlinkat(drafts->get(), draft.c_str(), AT_REMOVEDIR);
    return failed(spool_dir, done.error());
  }
  // A container's user may be anyone. What keeps the host's other users out is the agent's own directory
  // (0700).
  if (shared && ::fchmod(made->get(), 0777) != 0) return failed(spool_dir, file_error(errno));
  return {};
}

void retire_spool(const std::string& spool_dir) {
  const auto place = place_of(spool_dir);
  const auto agent = Directory::open(place.agent_dir);
  if (!agent) return;
  if (const auto spools = agent->directory("spool")) put_away(*agent, *spools, place.attempt);
}

void cut_spool(const std::string& spool_dir, std::uint64_t limit) {
  const auto directory = open_spool(spool_dir);
  if (!directory) return;
  for (const auto* name : {"output", "stderr"})
    if (const auto file = directory->file(name, O_WRONLY, Links::one);
        file && static_cast<std::uint64_t>(file->found.st_size) > limit)
      static_cast<void>(::ftruncate(file->descriptor.get(), static_cast<off_t>(limit)));
}

StartPrevented prevent_start(const std::string& spool_dir) {
  const auto given_up_on = [](const FileError& error) {
    return error.kind == FileErrorKind::unknown ? StartPrevented::unknown : StartPrevented::begun;
  };
  const auto spool = open_spool(spool_dir);
  if (!spool && spool.error().kind == FileErrorKind::absent)
    return StartPrevented::yes;  // no shim finds its way
  if (!spool) return given_up_on(spool.error());
  if (const auto pid = spool->text("pid", 4096); pid && *pid == nobody) return StartPrevented::yes;
  if (const auto begun = begun_by_a_shim(*spool); begun != StartPrevented::yes) return begun;
  const auto file = open_lock(*spool);
  if (!file) return given_up_on(file.error());
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(file->descriptor.get(), F_OFD_SETLK, &lock) != 0)
    return errno == EAGAIN || errno == EACCES ? StartPrevented::begun : StartPrevented::unknown;
  if (const auto begun = begun_by_a_shim(*spool); begun != StartPrevented::yes) return begun;
  const auto written = put(place_of(spool_dir).agent_dir, *spool, "pid", nobody);
  return written ? StartPrevented::yes : StartPrevented::unknown;
}

}  // namespace understudy::daemon::runtime
