import ShellKit
