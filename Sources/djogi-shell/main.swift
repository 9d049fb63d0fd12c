internal import Glibc
internal import ShellKit

exit(await Shell.main(Array(CommandLine.arguments.dropFirst())))
