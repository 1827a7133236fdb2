# project_library(NAME part STANDARD year DESCRIPTION text SOURCES ... [LINK targets...] [LIBS -l...]):
# lib<part>/ → understudy::<part>, installable by itself for CMake and pkg-config. BUILD_SHARED_LIBS decides which kind;
# BOTH adds the shared one to the archive, made of the same objects.
function(project_library)
  cmake_parse_arguments(L "BOTH" "NAME;STANDARD;DESCRIPTION" "SOURCES;LINK;LIBS" ${ARGN})
  set(target understudy_${L_NAME})
  add_library(${target} ${L_SOURCES})
  add_library(understudy::${L_NAME} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${L_NAME} CXX_STANDARD ${L_STANDARD}
    POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON VERIFY_INTERFACE_HEADER_SETS ON)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS include/*.hpp include/*.h)
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${headers})
  target_include_directories(${target} PRIVATE src)
  target_compile_features(${target} PUBLIC cxx_std_${L_STANDARD})
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:understudy_options> ${L_LINK})
  set(targets ${target})
  get_target_property(kind ${target} TYPE)
  if(L_BOTH AND kind STREQUAL "STATIC_LIBRARY")
    add_library(${target}_shared SHARED $<TARGET_OBJECTS:${target}>)
    set_target_properties(${target}_shared PROPERTIES EXPORT_NAME ${L_NAME}_shared OUTPUT_NAME ${target} LINKER_LANGUAGE CXX)
    target_include_directories(${target}_shared INTERFACE
      $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_compile_features(${target}_shared INTERFACE cxx_std_${L_STANDARD})
    list(APPEND targets ${target}_shared)
  endif()
  # Before 1.0 a minor version may change the ABI.
  set_target_properties(${targets} PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})

  set(package ${CMAKE_INSTALL_LIBDIR}/cmake/understudy)
  install(TARGETS ${targets} EXPORT understudy-${L_NAME} COMPONENT ${L_NAME} FILE_SET HEADERS)
  install(EXPORT understudy-${L_NAME} NAMESPACE understudy:: COMPONENT ${L_NAME} DESTINATION ${package})
  # Each is installable by itself, so each brings the package file.
  install(FILES ${PROJECT_BINARY_DIR}/understudy-config.cmake ${PROJECT_BINARY_DIR}/understudy-config-version.cmake
    DESTINATION ${package} COMPONENT ${L_NAME})
  list(JOIN L_LIBS " " libs)
  if(libs)
    string(PREPEND libs " ")
  endif()
  if(NOT kind STREQUAL "STATIC_LIBRARY")
    target_link_options(${target} PRIVATE LINKER:--exclude-libs,ALL)  # an archive in it stays hidden
    set(private_libs "${libs}")
    set(libs "")
  endif()
  file(RELATIVE_PATH prefix_from_here ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
  cmake_path(APPEND libdir "\${prefix}" "${CMAKE_INSTALL_LIBDIR}")  # or the second alone, if it is absolute
  cmake_path(APPEND includedir "\${prefix}" "${CMAKE_INSTALL_INCLUDEDIR}")
  configure_file(${PROJECT_SOURCE_DIR}/libfailover/cmake/understudy.pc.in understudy-${L_NAME}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/understudy-${L_NAME}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
    COMPONENT ${L_NAME})
endfunction()
