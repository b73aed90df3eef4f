using Pth.Cli.Output;
using Pth.Cli.Parsing;

namespace Pth.Cli.Inspection;

/// <summary>What is odd about a checkpoint, each with the command that mends it.</summary>
internal sealed class Warnings(string file, Checkpoint checkpoint, CheckpointLayout layout, CheckpointTotals totals)
{
    /// <summary>What can be told without reading a tensor.</summary>
    public IEnumerable<Warning> Find() => [.. Wrappers(), .. WholeModule(), .. UnusedBytes(), .. Unchecked()];

    private IEnumerable<Warning> Wrappers()
    {
        if (layout.StateDict is null)
        {
            yield break;
        }
        IReadOnlyList<WrapperUse> uses = WrapperPrefixes.Detect(checkpoint.StateDict.Keys);
        foreach (WrapperUse use in uses)
        {
            bool onlyModule = uses.Count == 1 && use.Prefix == "module.";
            string rule =
                onlyModule || (use.Prefix == "module." && !use.IsOnEvery) ? $"--strip-prefix {use.Prefix}" : "--unwrap";
            string keys = use.IsOnEvery ? $"all {use.Total} keys have" : $"{use.Count} of {use.Total} keys have";
            yield return new(
                use.IsOnEvery ? "wrapper" : "wrapper-on-some",
                $"{keys} {use.Prefix}, which {use.Writer} adds",
                Rename(onlyModule ? "single" : "unwrapped", rule)
            );
        }
    }

    private IEnumerable<Warning> WholeModule()
    {
        if (layout.StateDict is { IsModule: true })
        {
            yield return new(
                "whole-module",
                checkpoint.Container.Code.Count > 0
                    ? "a whole module with its code, which whoever loads it with PyTorch runs"
                    : "a whole pickled module: PyTorch needs its classes to load it, and runs code of the file's choice",
                Rename("state_dict", "--only-state-dict")
            );
        }
    }

    private IEnumerable<Warning> UnusedBytes()
    {
        if (totals.UnusedBytes > 0)
        {
            yield return new(
                "unused-bytes",
                $"{Amount.BytesBoth(totals.UnusedBytes)} of the storages are in no tensor",
                Rename("compact", "--compact")
            );
        }
    }

    private IEnumerable<Warning> Unchecked()
    {
        int count = checkpoint.Container.UncheckedRecords.Count;
        if (count > 0)
        {
            yield return new(
                "unchecked",
                $"{Amount.Of(count, "record")} without a checksum: damage to them would not be seen",
                Rename("checked", "")
            );
        }
    }

    private string Rename(string suffix, string rule)
    {
        // What cannot be written as it came is written as PyTorch's own format.
        bool isWritten = FormatNames.Find(checkpoint.Container.Kind) is not null;
        string target = Path.Combine(
            Path.GetDirectoryName(file) ?? "",
            $"{Path.GetFileNameWithoutExtension(file)}_{suffix}{(isWritten ? Path.GetExtension(file) : ".pth")}"
        );
        (string command, string option) = (isWritten, rule) switch
        {
            (true, _) => ("rename", rule),
            (_, "" or "--compact") => ("convert", rule),
            (_, "--only-state-dict") => ("convert", "--tensors-only"),
            _ => ("convert", "--unwrap"),
        };
        return $"pth {command} {ShellQuote.Of(file)} -o {ShellQuote.Of(target)} {option}".TrimEnd();
    }
}
