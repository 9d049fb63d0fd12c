function __djogi-shell_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __djogi-shell_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __djogi-shell_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __djogi-shell_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __djogi-shell_parse_tokens -S
    set -l unparsed_tokens (__djogi-shell_tokens -pc)
    switch $unparsed_tokens[1]
    case 'djogi-shell'
        __djogi-shell_parse_subcommand 0 'workspace=' 'database=' 'output=' 'color=' 'c/command=+' 'f/file=+' 'check' 'on-error=' 'echo' 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'init'
            __djogi-shell_parse_subcommand 0 'layout=' 'path=' 'workspace=' 'h/help'
        case 'baseline'
            __djogi-shell_parse_subcommand 0 'through=' 'app=' 'force' 'justify=' 'workspace=' 'h/help'
        case 'status'
            __djogi-shell_parse_subcommand 0 'app=' 'workspace=' 'h/help'
        case 'doctor'
            __djogi-shell_parse_subcommand 0 'json' 'workspace=' 'h/help'
        case 'dump'
            __djogi-shell_parse_subcommand 0 'app=' 'workspace=' 'h/help'
        case 'diff'
            __djogi-shell_parse_subcommand 0 'app=' 'from=' 'slug=' 'dry-run' 'allow-destructive' 'owners' 'check' 'drift' 'workspace=' 'h/help'
        case 'plan'
            __djogi-shell_parse_subcommand 1 'app=' 'dry-run' 'no-proof' 'new-shape' 'accept-column-order' 'workspace=' 'h/help'
        case 'lint'
            __djogi-shell_parse_subcommand -r 1 'ask-server' 'rules' 'format=' 'since=' 'fail-on=' 'workspace=' 'h/help'
        case 'apply'
            __djogi-shell_parse_subcommand 1 'app=' 'all' 'allow-destructive' 'allow-raw-dangerous' 'justify=' 'workspace=' 'h/help'
        case 'list'
            __djogi-shell_parse_subcommand 0 'status=+' 'all' 'limit=' 'workspace=' 'h/help'
        case 'show'
            __djogi-shell_parse_subcommand 1 'sql' 'workspace=' 'h/help'
        case 'run'
            __djogi-shell_parse_subcommand 1 'approve=+' 'allow-destructive' 'allow-raw-dangerous' 'accept-triggers' 'workers=' 'justify=' 'workspace=' 'h/help'
        case 'resume'
            __djogi-shell_parse_subcommand 1 'allow-destructive' 'allow-raw-dangerous' 'accept-triggers' 'workers=' 'justify=' 'workspace=' 'h/help'
        case 'pause'
            __djogi-shell_parse_subcommand 1 'workspace=' 'h/help'
        case 'tune'
            __djogi-shell_parse_subcommand -r 2 'justify=' 'workspace=' 'h/help'
        case 'finalize'
            __djogi-shell_parse_subcommand 1 'keep=' 'retire-unattended' 'accept-triggers' 'justify=' 'workspace=' 'h/help'
        case 'abandon'
            __djogi-shell_parse_subcommand 1 'force' 'justify=' 'workspace=' 'h/help'
        case 'rollback'
            __djogi-shell_parse_subcommand 1 'discard-new-values=' 'justify=' 'workspace=' 'h/help'
        case 'retire'
            __djogi-shell_parse_subcommand 1 'justify=' 'workspace=' 'h/help'
        case 'revert'
            __djogi-shell_parse_subcommand 1 'discard-new-values=' 'justify=' 'workspace=' 'h/help'
        case 'watch'
            __djogi-shell_parse_subcommand -r 1 'interval=' 'count=' 'until=' 'timeout=' 'workspace=' 'h/help'
        case 'history'
            __djogi-shell_parse_subcommand 1 'workspace=' 'h/help'
        case 'metrics'
            __djogi-shell_parse_subcommand 0 'file=' 'workspace=' 'h/help'
        case 'daemon'
            __djogi-shell_parse_subcommand 0 'poll-interval=' 'claim-stale-after=' 'allow-non-localhost' 'workspace=' 'h/help'
        case 'sql'
            __djogi-shell_parse_subcommand -r 1 'workspace=' 'h/help'
        case 'set'
            __djogi-shell_parse_subcommand 2 'h/help'
        case 'source'
            __djogi-shell_parse_subcommand 1 'h/help'
        case 'conninfo'
            __djogi-shell_parse_subcommand 0 'workspace=' 'h/help'
        case 'help'
            __djogi-shell_parse_subcommand 1 'h/help'
        case 'man'
            __djogi-shell_parse_subcommand 1 'h/help'
        case 'quit'
            __djogi-shell_parse_subcommand 0 'h/help'
        case 'completion'
            __djogi-shell_parse_subcommand 1 'h/help'
        case 'sandbox'
            __djogi-shell_parse_subcommand 0 'tour' 'rows=' 'h/help'
        end
    end
end

function __djogi-shell_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __djogi-shell_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __djogi-shell_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __djogi-shell_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__djogi-shell_tokens -p)
    if test -z "$(__djogi-shell_tokens -t)"
        set -l index (count (__djogi-shell_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'djogi-shell' -f
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations; the current one when not given.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell" database' -l 'database' -d 'Which of the workspace\'s databases to use.' -rfka 'main crud_log event_log'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell" output' -l 'output' -d 'How results are written; JSON is one object a line.' -rfka 'text json'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell"' -s 'c' -l 'command' -d 'Run a line; may be given again.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell"' -s 'f' -l 'file' -d 'Run the lines of a file, \'-\' for standard input; may be given again.' -rF
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell" check' -l 'check' -d 'Only check the files given with -f.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell" on-error' -l 'on-error' -d 'What to do after a line that fails.' -rfka 'stop continue'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell" echo' -l 'echo' -d 'Write each line to standard error before it runs.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell" version' -l 'version' -d 'Show the version.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'init' -d 'Begin with an existing project and its database.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'baseline' -d 'Mark migrations as applied without running them.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'status' -d 'Show where every migration stands.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'doctor' -d 'Say what the role and the server let a plan do.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'dump' -d 'Write the database\'s schema as schema files.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'diff' -d 'Write the migration that leads to the schema files.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'plan' -d 'Turn a pending migration into a live plan.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'lint' -d 'Classify the statements of SQL files.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'apply' -d 'Apply a migration that needs no live plan.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'list' -d 'List the plans of the database, newest first.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'show' -d 'Show a plan\'s file, its state and its hooks.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'run' -d 'Drive a plan to its next gate.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'resume' -d 'Go on after an interruption or a pause.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'pause' -d 'Ask the session that runs a plan to stop at the next chunk.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'tune' -d 'Show or change how a plan\'s backfill goes on, also while it runs.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'finalize' -d 'Run the contract phase: constraints, swap, clean-up.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'abandon' -d 'Give a plan up; the schema stays at the last completed step.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'rollback' -d 'Swap back to the old shape that finalize --keep has kept.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'retire' -d 'Give up the old shape that finalize --keep has kept; the plan is complete.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'revert' -d 'Undo what a plan added, as if there had been no plan.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'watch' -d 'Show progress while another session drives.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'history' -d 'Show a plan\'s audit trail: who did what, when, from where, and why.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'metrics' -d 'Print figures of all plans for Prometheus.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'daemon' -d 'Resume backfills whose session died.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'sql' -d 'Run a query in a read-only transaction.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'set' -d 'Show or change a setting of the shell.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'source' -d 'Run the lines of a file.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'conninfo' -d 'Say what the session is connected to.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'help' -d 'Show help.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'man' -d 'Show a page of the manual.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'quit' -d 'Leave.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'completion' -d 'Print the completion script of a shell.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell" -eq 1' -fa 'sandbox' -d 'Try a plan on a private server with a table under write traffic.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell init" layout' -l 'layout' -d 'The layout, where the folders do not tell.' -rfka 'djogi flyway golang-migrate dbmate goose sqlx prisma diesel'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell init" path' -l 'path' -d 'The folder of the migrations, below the workspace\'s.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell init" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell init" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell baseline" through' -l 'through' -d 'The last migration to mark.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell baseline" app' -l 'app' -d 'Only this application\'s.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell baseline" force' -l 'force' -d 'Mark also what the database visibly lacks.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell baseline" justify' -l 'justify' -d 'The reason, for the audit trail.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell baseline" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell baseline" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell status" app' -l 'app' -d 'Only this application\'s.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell status" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell status" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell doctor" json' -l 'json' -d 'Write JSON, one object a line.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell doctor" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell doctor" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell dump" app' -l 'app' -d 'The application that the files belong to.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell dump" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell dump" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell diff" app' -l 'app' -d 'Only the schema of this application.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell diff" from' -l 'from' -d 'What to begin with: what the last migration leads to, or the database.' -rfka 'snapshot database'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell diff" slug' -l 'slug' -d 'The words of the migration\'s name.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell diff" dry-run' -l 'dry-run' -d 'Print the migration and write nothing.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell diff" allow-destructive' -l 'allow-destructive' -d 'Write a migration that destroys data too.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell diff" owners' -l 'owners' -d 'Compare owners too.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell diff" check' -l 'check' -d 'Only tell whether files, snapshot and database agree.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell diff" drift' -l 'drift' -d 'Only tell what the database has that the snapshot has not, and the reverse.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell diff" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell diff" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell plan" -eq 1' -fa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'sql\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell plan" app' -l 'app' -d 'The application that the migration belongs to.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell plan" dry-run' -l 'dry-run' -d 'Print the plan with its SQL and write nothing.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell plan" no-proof' -l 'no-proof' -d 'Do not prove the plan on a copy of the schema.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell plan" new-shape' -l 'new-shape' -d 'Show the tables in their new shape before the swap, beside the old one.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell plan" accept-column-order' -l 'accept-column-order' -d 'Plan although code of the database goes by the order of columns, which changes.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell plan" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell plan" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell lint" -ge 1' -fa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'sql\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell lint" ask-server' -l 'ask-server' -d 'Connect, and ask the server what each statement would do.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell lint" rules' -l 'rules' -d 'List the rules instead.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell lint" format' -l 'format' -d 'How findings are written.' -rfka 'text json github gitlab sarif junit'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell lint" since' -l 'since' -d 'Only files that have changed since a revision.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell lint" fail-on' -l 'fail-on' -d 'From which kind of statement on it fails.' -rfka 'never destructive staged refused'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell lint" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell lint" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell apply" -eq 1' -fa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'sql\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell apply" app' -l 'app' -d 'The application that the migration belongs to.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell apply" all' -l 'all' -d 'Apply what is pending until one needs a plan.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell apply" allow-destructive' -l 'allow-destructive' -d 'Allow steps that destroy data; needs --justify.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell apply" allow-raw-dangerous' -l 'allow-raw-dangerous' -d 'Allow statements that a comment of the file vouches for; needs --justify.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell apply" justify' -l 'justify' -d 'The reason, for the audit trail.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell apply" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell apply" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell list"' -l 'status' -d 'Only plans of this status; may be given again.' -rfka 'pending running paused validating cutover finalizing complete abandoned failed'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell list" all' -l 'all' -d 'Also the plans that have ended.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell list" limit' -l 'limit' -d 'List this many at most.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell list" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell show" -eq 1' -fka '(djogi-shell complete-plans show --for fish --line (commandline -cp | string collect) 2>/dev/null)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell show" sql' -l 'sql' -d 'Print the statements of each step.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell show" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell run" -eq 1' -fka '(djogi-shell complete-plans run --for fish --line (commandline -cp | string collect) 2>/dev/null)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell run"' -l 'approve' -d 'Pass this gate; may be given again.' -rfka 'validate cutover-reads cutover-writes'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell run" allow-destructive' -l 'allow-destructive' -d 'Allow steps that destroy data; needs --justify.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell run" allow-raw-dangerous' -l 'allow-raw-dangerous' -d 'Allow a plan whose migration file was changed since; needs --justify.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell run" accept-triggers' -l 'accept-triggers' -d 'Let the application\'s triggers fire for filled rows where the role cannot silence them.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell run" workers' -l 'workers' -d 'The sessions of the backfill, 1 to 64; kept as tune does.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell run" justify' -l 'justify' -d 'The reason, for the audit trail.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell run" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell run" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell resume" -eq 1' -fka '(djogi-shell complete-plans resume --for fish --line (commandline -cp | string collect) 2>/dev/null)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell resume" allow-destructive' -l 'allow-destructive' -d 'Allow steps that destroy data; needs --justify.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell resume" allow-raw-dangerous' -l 'allow-raw-dangerous' -d 'Allow a plan whose migration file was changed since; needs --justify.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell resume" accept-triggers' -l 'accept-triggers' -d 'Let the application\'s triggers fire for filled rows where the role cannot silence them.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell resume" workers' -l 'workers' -d 'The sessions of the backfill, 1 to 64; kept as tune does.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell resume" justify' -l 'justify' -d 'The reason, for the audit trail.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell resume" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell resume" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell pause" -eq 1' -fka '(djogi-shell complete-plans pause --for fish --line (commandline -cp | string collect) 2>/dev/null)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell pause" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell pause" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell tune" -eq 1' -fka '(djogi-shell complete-plans tune --for fish --line (commandline -cp | string collect) 2>/dev/null)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell tune" -ge 2' -fka 'chunk-target= max-rate= chunk-size= yield= client-slowdown= workers= strides= max-replication-lag= max-slot-lag= throttle-query= stop-query= windows= snapshot-wait='
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell tune" justify' -l 'justify' -d 'The reason, for the audit trail.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell tune" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell tune" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell finalize" -eq 1' -fka '(djogi-shell complete-plans finalize --for fish --line (commandline -cp | string collect) 2>/dev/null)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell finalize" keep' -l 'keep' -d 'How long to keep the old shape after the swap: digits and ms, s, m, min, h or d.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell finalize" retire-unattended' -l 'retire-unattended' -d 'Let the daemon give the old shape up when the time of --keep is over.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell finalize" accept-triggers' -l 'accept-triggers' -d 'Let the application\'s triggers fire for filled rows where the role cannot silence them.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell finalize" justify' -l 'justify' -d 'The reason, for the audit trail.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell finalize" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell finalize" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell abandon" -eq 1' -fka '(djogi-shell complete-plans abandon --for fish --line (commandline -cp | string collect) 2>/dev/null)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell abandon" force' -l 'force' -d 'Do not ask.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell abandon" justify' -l 'justify' -d 'The reason, for the audit trail.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell abandon" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell abandon" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell rollback" -eq 1' -fka '(djogi-shell complete-plans rollback --for fish --line (commandline -cp | string collect) 2>/dev/null)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell rollback" discard-new-values' -l 'discard-new-values' -d 'The number of rows whose new values the old shape may lack.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell rollback" justify' -l 'justify' -d 'The reason, for the audit trail.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell rollback" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell rollback" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell retire" -eq 1' -fka '(djogi-shell complete-plans retire --for fish --line (commandline -cp | string collect) 2>/dev/null)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell retire" justify' -l 'justify' -d 'The reason, for the audit trail.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell retire" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell retire" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell revert" -eq 1' -fka '(djogi-shell complete-plans revert --for fish --line (commandline -cp | string collect) 2>/dev/null)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell revert" discard-new-values' -l 'discard-new-values' -d 'The number of rows whose new values the old shape may lack.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell revert" justify' -l 'justify' -d 'The reason, for the audit trail.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell revert" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell revert" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell watch" -ge 1' -fka '(djogi-shell complete-plans watch --for fish --line (commandline -cp | string collect) 2>/dev/null)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell watch" interval' -l 'interval' -d 'How often to look: digits and ms, s, m, min, h or d; 2s at a terminal when not given.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell watch" count' -l 'count' -d 'Look this many times.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell watch" until' -l 'until' -d 'Wait until every plan has this status.' -rfka 'pending running paused validating cutover finalizing complete abandoned failed'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell watch" timeout' -l 'timeout' -d 'Give up after this long; never when not given.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell watch" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell watch" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell history" -eq 1' -fka '(djogi-shell complete-plans history --for fish --line (commandline -cp | string collect) 2>/dev/null)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell history" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell history" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell metrics" file' -l 'file' -d 'Write them into this file.' -rF
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell metrics" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell metrics" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell daemon" poll-interval' -l 'poll-interval' -d 'How long to wait between two looks: digits and ms, s, m, min, h or d; 30s when not given.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell daemon" claim-stale-after' -l 'claim-stale-after' -d 'How long a plan must have made no progress; 10m when not given.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell daemon" allow-non-localhost' -l 'allow-non-localhost' -d 'Allow a server on another machine.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell daemon" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell daemon" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell sql" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell sql" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell set" -eq 1' -fka 'expanded null output timing'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell set" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell source" -eq 1' -F
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell source" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell conninfo" workspace' -l 'workspace' -d 'The folder that holds Djogi.toml and migrations, for this command.' -rfa '(__djogi-shell_complete_directories)'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell conninfo" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell help" -eq 1' -fka 'init baseline status doctor dump diff plan lint apply list show run resume pause tune finalize abandon rollback retire revert watch history metrics daemon sql set source conninfo help man quit completion sandbox'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell help" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell man" -eq 1' -fka 'djogi-shell djogi-plan djogi-json Djogi.toml djogi-live-migrations djogi-rules djogi-schema'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell man" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell quit" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_positional "djogi-shell completion" -eq 1' -fka 'bash zsh fish'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell completion" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell sandbox" tour' -l 'tour' -d 'Drive a whole plan and check the result.'
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell sandbox" rows' -l 'rows' -d 'The rows of the table.' -rfka ''
complete -c 'djogi-shell' -n '__djogi-shell_should_offer_completions_for_flags_or_options "djogi-shell sandbox" h help' -s 'h' -l 'help' -d 'Show help information.'
