#!/bin/bash

__djogi-shell_cursor_index_in_current_word() {
    local remaining="${COMP_LINE}"

    local word
    for word in "${COMP_WORDS[@]::COMP_CWORD}"; do
        remaining="${remaining##*([[:space:]])"${word}"*([[:space:]])}"
    done

    local -ir index="$((COMP_POINT - ${#COMP_LINE} + ${#remaining}))"
    if [[ "${index}" -le 0 ]]; then
        printf 0
    else
        printf %s "${index}"
    fi
}

# positional arguments:
#
# - 1: the current (sub)command's count of positional arguments
#
# required variables:
#
# - repeating_flags: the repeating flags that the current (sub)command can accept
# - non_repeating_flags: the non-repeating flags that the current (sub)command can accept
# - repeating_options: the repeating options that the current (sub)command can accept
# - non_repeating_options: the non-repeating options that the current (sub)command can accept
# - positional_number: value ignored
# - unparsed_words: unparsed words from the current command line
#
# modified variables:
#
# - non_repeating_flags: remove flags for this (sub)command that are already on the command line
# - non_repeating_options: remove options for this (sub)command that are already on the command line
# - positional_number: set to the current positional number
# - unparsed_words: remove all flags, options, and option values for this (sub)command
__djogi-shell_offer_flags_options() {
    local -ir positional_count="${1}"
    positional_number=0

    local was_flag_option_terminator_seen=false
    local is_parsing_option_value=false

    local -ar unparsed_word_indices=("${!unparsed_words[@]}")
    local -i word_index
    for word_index in "${unparsed_word_indices[@]}"; do
        if "${is_parsing_option_value}"; then
            # This word is an option value:
            # Reset marker for next word iff not currently the last word
            [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]] && is_parsing_option_value=false
            unset "unparsed_words[${word_index}]"
            # Do not process this word as a flag or an option
            continue
        fi

        local word="${unparsed_words["${word_index}"]}"
        if ! "${was_flag_option_terminator_seen}"; then
            case "${word}" in
            --)
                unset "unparsed_words[${word_index}]"
                # by itself -- is a flag/option terminator, but if it is the last word, it is the start of a completion
                if [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]]; then
                    was_flag_option_terminator_seen=true
                fi
                continue
                ;;
            -*)
                # ${word} is a flag or an option
                # If ${word} is an option, mark that the next word to be parsed is an option value
                local option
                for option in "${repeating_options[@]}" "${non_repeating_options[@]}"; do
                    [[ "${word}" = "${option}" ]] && is_parsing_option_value=true && break
                done

                # Remove ${word} from ${non_repeating_flags} or ${non_repeating_options} so it isn't offered again
                local not_found=true
                local -i index
                for index in "${!non_repeating_flags[@]}"; do
                    if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                        unset "non_repeating_flags[${index}]"
                        non_repeating_flags=("${non_repeating_flags[@]}")
                        not_found=false
                        break
                    fi
                done
                if "${not_found}"; then
                    for index in "${!non_repeating_flags[@]}"; do
                        if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                            unset "non_repeating_flags[${index}]"
                            non_repeating_flags=("${non_repeating_flags[@]}")
                            break
                        fi
                    done
                fi
                unset "unparsed_words[${word_index}]"
                continue
                ;;
            esac
        fi

        # ${word} is neither a flag, nor an option, nor an option value
        if [[ "${positional_number}" -lt "${positional_count}" || "${positional_count}" -lt 0 ]]; then
            # ${word} is a positional
            ((positional_number++))
            unset "unparsed_words[${word_index}]"
        else
            if [[ -z "${word}" ]]; then
                # Could be completing a flag, option, or subcommand
                positional_number=-1
            else
                # ${word} is a subcommand or invalid, so stop processing this (sub)command
                positional_number=-2
            fi
            break
        fi
    done

    unparsed_words=("${unparsed_words[@]}")

    if\
        ! "${was_flag_option_terminator_seen}"\
        && ! "${is_parsing_option_value}"\
        && [[ ("${cur}" = -* && "${positional_number}" -ge 0) || "${positional_number}" -eq -1 ]]
    then
        COMPREPLY+=($(compgen -W "${repeating_flags[*]} ${non_repeating_flags[*]} ${repeating_options[*]} ${non_repeating_options[*]}" -- "${cur}"))
    fi
}

__djogi-shell_add_completions() {
    local completion
    while IFS='' read -r completion; do
        COMPREPLY+=("${completion}")
    done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
}

__djogi-shell_custom_complete() {
    if [[ -n "${cur}" || -z ${COMP_WORDS[${COMP_CWORD}]} || "${COMP_LINE:${COMP_POINT}:1}" != ' ' ]]; then
        local -ar words=("${COMP_WORDS[@]}")
    else
        local -ar words=("${COMP_WORDS[@]::${COMP_CWORD}}" '' "${COMP_WORDS[@]:${COMP_CWORD}}")
    fi

    "${COMP_WORDS[0]}" "${@}" "${words[@]}"
}

_djogi-shell() {
    local state
    state="$(shopt -p;shopt -po)"
    trap "${state//$'\n'/;}" RETURN
    shopt -s extglob
    set +o history +o posix

    local -xr SAP_SHELL=bash
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(IFS='.';printf %s "${BASH_VERSINFO[*]}")"
    local -r SAP_SHELL_VERSION

    local -r cur="${2}"
    local -r prev="${3}"

    local -i positional_number
    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

    local -a repeating_flags=()
    local -a non_repeating_flags=(--check --echo --version -h --help)
    local -a repeating_options=(-c --command -f --file)
    local -a non_repeating_options=(--workspace --database --output --color --on-error)
    __djogi-shell_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    '--database')
        __djogi-shell_add_completions -W 'main'$'\n''crud_log'$'\n''event_log'
        return
        ;;
    '--output')
        __djogi-shell_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __djogi-shell_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '-c'|'--command')
        return
        ;;
    '-f'|'--file')
        __djogi-shell_add_completions -f
        return
        ;;
    '--on-error')
        __djogi-shell_add_completions -W 'stop'$'\n''continue'
        return
        ;;
    esac

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    init|baseline|status|doctor|dump|diff|plan|lint|apply|list|show|run|resume|pause|tune|finalize|abandon|rollback|retire|revert|watch|history|metrics|daemon|sql|set|source|conninfo|help|man|quit|completion|sandbox)
        # Offer subcommand argument completions
        "_djogi-shell_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'init baseline status doctor dump diff plan lint apply list show run resume pause tune finalize abandon rollback retire revert watch history metrics daemon sql set source conninfo help man quit completion sandbox' -- "${cur}"))
        ;;
    esac
}

_djogi-shell_init() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=(--layout --path --workspace)
    __djogi-shell_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--layout')
        __djogi-shell_add_completions -W 'djogi'$'\n''flyway'$'\n''golang-migrate'$'\n''dbmate'$'\n''goose'$'\n''sqlx'$'\n''prisma'$'\n''diesel'
        return
        ;;
    '--path')
        __djogi-shell_add_completions -d
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac
}

_djogi-shell_baseline() {
    repeating_flags=()
    non_repeating_flags=(--force -h --help)
    repeating_options=()
    non_repeating_options=(--through --app --justify --workspace)
    __djogi-shell_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--through')
        return
        ;;
    '--app')
        return
        ;;
    '--justify')
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac
}

_djogi-shell_status() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=(--app --workspace)
    __djogi-shell_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--app')
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac
}

_djogi-shell_doctor() {
    repeating_flags=()
    non_repeating_flags=(--json -h --help)
    repeating_options=()
    non_repeating_options=(--workspace)
    __djogi-shell_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac
}

_djogi-shell_dump() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=(--app --workspace)
    __djogi-shell_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--app')
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac
}

_djogi-shell_diff() {
    repeating_flags=()
    non_repeating_flags=(--dry-run --allow-destructive --owners --check --drift -h --help)
    repeating_options=()
    non_repeating_options=(--app --from --slug --workspace)
    __djogi-shell_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--app')
        return
        ;;
    '--from')
        __djogi-shell_add_completions -W 'snapshot'$'\n''database'
        return
        ;;
    '--slug')
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac
}

_djogi-shell_plan() {
    repeating_flags=()
    non_repeating_flags=(--dry-run --no-proof --new-shape --accept-column-order -h --help)
    repeating_options=()
    non_repeating_options=(--app --workspace)
    __djogi-shell_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--app')
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __djogi-shell_add_completions -o plusdirs -fX '!*.@(sql)'
        return
        ;;
    esac
}

_djogi-shell_lint() {
    repeating_flags=()
    non_repeating_flags=(--ask-server --rules -h --help)
    repeating_options=()
    non_repeating_options=(--format --since --fail-on --workspace)
    __djogi-shell_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--format')
        __djogi-shell_add_completions -W 'text'$'\n''json'$'\n''github'$'\n''gitlab'$'\n''sarif'$'\n''junit'
        return
        ;;
    '--since')
        return
        ;;
    '--fail-on')
        __djogi-shell_add_completions -W 'never'$'\n''destructive'$'\n''staged'$'\n''refused'
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __djogi-shell_add_completions -o plusdirs -fX '!*.@(sql)'
        return
        ;;
    esac
}

_djogi-shell_apply() {
    repeating_flags=()
    non_repeating_flags=(--all --allow-destructive --allow-raw-dangerous -h --help)
    repeating_options=()
    non_repeating_options=(--app --justify --workspace)
    __djogi-shell_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--app')
        return
        ;;
    '--justify')
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __djogi-shell_add_completions -o plusdirs -fX '!*.@(sql)'
        return
        ;;
    esac
}

_djogi-shell_list() {
    repeating_flags=()
    non_repeating_flags=(--all -h --help)
    repeating_options=(--status)
    non_repeating_options=(--limit --workspace)
    __djogi-shell_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--status')
        __djogi-shell_add_completions -W 'pending'$'\n''running'$'\n''paused'$'\n''validating'$'\n''cutover'$'\n''finalizing'$'\n''complete'$'\n''abandoned'$'\n''failed'
        return
        ;;
    '--limit')
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac
}

_djogi-shell_show() {
    repeating_flags=()
    non_repeating_flags=(--sql -h --help)
    repeating_options=()
    non_repeating_options=(--workspace)
    __djogi-shell_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __djogi-shell_add_completions -W "$(eval 'djogi-shell complete-plans show --for bash --line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null')"
        return
        ;;
    esac
}

_djogi-shell_run() {
    repeating_flags=()
    non_repeating_flags=(--allow-destructive --allow-raw-dangerous --accept-triggers -h --help)
    repeating_options=(--approve)
    non_repeating_options=(--workers --justify --workspace)
    __djogi-shell_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--approve')
        __djogi-shell_add_completions -W 'validate'$'\n''cutover-reads'$'\n''cutover-writes'
        return
        ;;
    '--workers')
        return
        ;;
    '--justify')
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __djogi-shell_add_completions -W "$(eval 'djogi-shell complete-plans run --for bash --line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null')"
        return
        ;;
    esac
}

_djogi-shell_resume() {
    repeating_flags=()
    non_repeating_flags=(--allow-destructive --allow-raw-dangerous --accept-triggers -h --help)
    repeating_options=()
    non_repeating_options=(--workers --justify --workspace)
    __djogi-shell_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--workers')
        return
        ;;
    '--justify')
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __djogi-shell_add_completions -W "$(eval 'djogi-shell complete-plans resume --for bash --line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null')"
        return
        ;;
    esac
}

_djogi-shell_pause() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=(--workspace)
    __djogi-shell_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __djogi-shell_add_completions -W "$(eval 'djogi-shell complete-plans pause --for bash --line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null')"
        return
        ;;
    esac
}

_djogi-shell_tune() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=(--justify --workspace)
    __djogi-shell_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--justify')
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __djogi-shell_add_completions -W "$(eval 'djogi-shell complete-plans tune --for bash --line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null')"
        return
        ;;
    *)
        __djogi-shell_add_completions -W 'chunk-target='$'\n''max-rate='$'\n''chunk-size='$'\n''yield='$'\n''client-slowdown='$'\n''workers='$'\n''strides='$'\n''max-replication-lag='$'\n''max-slot-lag='$'\n''throttle-query='$'\n''stop-query='$'\n''windows='$'\n''snapshot-wait='
        return
        ;;
    esac
}

_djogi-shell_finalize() {
    repeating_flags=()
    non_repeating_flags=(--retire-unattended --accept-triggers -h --help)
    repeating_options=()
    non_repeating_options=(--keep --justify --workspace)
    __djogi-shell_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--keep')
        return
        ;;
    '--justify')
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __djogi-shell_add_completions -W "$(eval 'djogi-shell complete-plans finalize --for bash --line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null')"
        return
        ;;
    esac
}

_djogi-shell_abandon() {
    repeating_flags=()
    non_repeating_flags=(--force -h --help)
    repeating_options=()
    non_repeating_options=(--justify --workspace)
    __djogi-shell_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--justify')
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __djogi-shell_add_completions -W "$(eval 'djogi-shell complete-plans abandon --for bash --line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null')"
        return
        ;;
    esac
}

_djogi-shell_rollback() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=(--discard-new-values --justify --workspace)
    __djogi-shell_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--discard-new-values')
        return
        ;;
    '--justify')
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __djogi-shell_add_completions -W "$(eval 'djogi-shell complete-plans rollback --for bash --line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null')"
        return
        ;;
    esac
}

_djogi-shell_retire() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=(--justify --workspace)
    __djogi-shell_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--justify')
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __djogi-shell_add_completions -W "$(eval 'djogi-shell complete-plans retire --for bash --line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null')"
        return
        ;;
    esac
}

_djogi-shell_revert() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=(--discard-new-values --justify --workspace)
    __djogi-shell_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--discard-new-values')
        return
        ;;
    '--justify')
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __djogi-shell_add_completions -W "$(eval 'djogi-shell complete-plans revert --for bash --line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null')"
        return
        ;;
    esac
}

_djogi-shell_watch() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=(--interval --count --until --timeout --workspace)
    __djogi-shell_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--interval')
        return
        ;;
    '--count')
        return
        ;;
    '--until')
        __djogi-shell_add_completions -W 'pending'$'\n''running'$'\n''paused'$'\n''validating'$'\n''cutover'$'\n''finalizing'$'\n''complete'$'\n''abandoned'$'\n''failed'
        return
        ;;
    '--timeout')
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __djogi-shell_add_completions -W "$(eval 'djogi-shell complete-plans watch --for bash --line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null')"
        return
        ;;
    esac
}

_djogi-shell_history() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=(--workspace)
    __djogi-shell_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __djogi-shell_add_completions -W "$(eval 'djogi-shell complete-plans history --for bash --line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null')"
        return
        ;;
    esac
}

_djogi-shell_metrics() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=(--file --workspace)
    __djogi-shell_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--file')
        __djogi-shell_add_completions -f
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac
}

_djogi-shell_daemon() {
    repeating_flags=()
    non_repeating_flags=(--allow-non-localhost -h --help)
    repeating_options=()
    non_repeating_options=(--poll-interval --claim-stale-after --workspace)
    __djogi-shell_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--poll-interval')
        return
        ;;
    '--claim-stale-after')
        return
        ;;
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac
}

_djogi-shell_sql() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=(--workspace)
    __djogi-shell_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac
}

_djogi-shell_set() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __djogi-shell_offer_flags_options 2

    # Offer positional completions
    case "${positional_number}" in
    1)
        __djogi-shell_add_completions -W 'expanded'$'\n''null'$'\n''output'$'\n''timing'
        return
        ;;
    esac
}

_djogi-shell_source() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __djogi-shell_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __djogi-shell_add_completions -f
        return
        ;;
    esac
}

_djogi-shell_conninfo() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=(--workspace)
    __djogi-shell_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--workspace')
        __djogi-shell_add_completions -d
        return
        ;;
    esac
}

_djogi-shell_help() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __djogi-shell_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __djogi-shell_add_completions -W 'init'$'\n''baseline'$'\n''status'$'\n''doctor'$'\n''dump'$'\n''diff'$'\n''plan'$'\n''lint'$'\n''apply'$'\n''list'$'\n''show'$'\n''run'$'\n''resume'$'\n''pause'$'\n''tune'$'\n''finalize'$'\n''abandon'$'\n''rollback'$'\n''retire'$'\n''revert'$'\n''watch'$'\n''history'$'\n''metrics'$'\n''daemon'$'\n''sql'$'\n''set'$'\n''source'$'\n''conninfo'$'\n''help'$'\n''man'$'\n''quit'$'\n''completion'$'\n''sandbox'
        return
        ;;
    esac
}

_djogi-shell_man() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __djogi-shell_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __djogi-shell_add_completions -W 'djogi-shell'$'\n''djogi-plan'$'\n''djogi-json'$'\n''Djogi.toml'$'\n''djogi-live-migrations'$'\n''djogi-rules'$'\n''djogi-schema'
        return
        ;;
    esac
}

_djogi-shell_quit() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __djogi-shell_offer_flags_options 0
}

_djogi-shell_completion() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __djogi-shell_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __djogi-shell_add_completions -W 'bash'$'\n''zsh'$'\n''fish'
        return
        ;;
    esac
}

_djogi-shell_sandbox() {
    repeating_flags=()
    non_repeating_flags=(--tour -h --help)
    repeating_options=()
    non_repeating_options=(--rows)
    __djogi-shell_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--rows')
        return
        ;;
    esac
}

complete -o filenames -F _djogi-shell djogi-shell
