using Pth.Cli.Commands;
using Pth.Cli.Console;
using Pth.Cli.Output;

namespace Pth.Cli.Inspection;

/// <summary>The checks of one file.</summary>
internal sealed class Verification(string file, ICommandConsole console, CancellationToken cancellationToken)
{
    private const int MostShown = 3;

    /// <exception cref="CommandException">The file cannot be read.</exception>
    public IReadOnlyList<CheckResult> Run(VerifyCommand wanted)
    {
        Checkpoint checkpoint;
        try
        {
            checkpoint = CheckpointFile.Open(file, wanted.Limits, cancellationToken);
        }
        catch (CheckpointException e)
        {
            return
            [
                new(
                    "structure",
                    Passed: false,
                    WithoutFile(e.Message),
                    e.Kind switch
                    {
                        CheckpointErrorKind.Truncated or CheckpointErrorKind.InvalidZip => RecoverCommand(),
                        CheckpointErrorKind.LimitExceeded when wanted.Limits == ReadLimits.Default =>
                            $"pth verify {Options.TrustedName} {ShellQuote.Of(file)}",
                        _ => null,
                    }
                ),
            ];
        }
        using (checkpoint)
        {
            List<CheckResult> checks =
            [
                new(
                    "structure",
                    Passed: true,
                    $"{Records(checkpoint)}{Amount.Of(checkpoint.Tensors.Count, "tensor")} in bounds"
                ),
                Checksums(checkpoint),
            ];
            // Other containers promise no alignment.
            if (checkpoint.Container.ArchiveName is not null)
            {
                checks.Add(Alignment(checkpoint));
            }
            if (checkpoint.Tensors.Any(named => named.Part is not null))
            {
                checks.Add(Indices(checkpoint));
            }
            if (!wanted.SkipValues)
            {
                checks.Add(Values(checkpoint));
            }
            checks.AddRange(wanted.UnwantedPrefixes.Select(prefix => Prefix(checkpoint, prefix)));
            checks.AddRange(wanted.WantedNames.Select(name => Has(checkpoint, name)));
            return checks;
        }
    }

    private static string Records(Checkpoint checkpoint) =>
        checkpoint.Container.RecordCount is > 0 and var count ? $"{Amount.Of(count, "record")}, " : "";

    private CheckResult Checksums(Checkpoint checkpoint)
    {
        ChecksumReport report = TransferDisplay.Run(
            console,
            "checking",
            CheckpointFile.LengthOf(file),
            counter => checkpoint.VerifyChecksums(counter.Whole, cancellationToken)
        );
        if (report.Failures.Count > 0)
        {
            return new("checksums", Passed: false, List([.. report.Damaged.Select(Describe)], "; "), RecoverCommand());
        }
        if (report is { Verified: 0, Unrecorded: 0 })
        {
            return new(
                "checksums",
                Passed: true,
                $"{checkpoint.Container.Kind} has none: damage to values would not be seen"
            );
        }
        string rest = report.Unrecorded == 0 ? "" : $", {Amount.Count(report.Unrecorded)} without one";
        return new("checksums", Passed: true, $"{Amount.Of(report.Verified, "record")}{rest}");
    }

    private string Describe(DamagedRecord record) =>
        WithoutFile(record.Failure.Message)
        + record.Tensors.Count switch
        {
            0 => ", in no tensor",
            1 => $", in {record.Tensors[0].Name}",
            _ => $", in {List([.. record.Tensors.Select(named => named.Name)], ", ")}",
        };

    // What a shard has lost is taken out of the shard.
    private string? RecoverCommand() =>
        Directory.Exists(file)
            ? null
            : $"pth recover {ShellQuote.Of(file)} -o {ShellQuote.Of(Path.ChangeExtension(file, null) + "_recovered" + Path.GetExtension(file))}";

    private static CheckResult Alignment(Checkpoint checkpoint)
    {
        int alignment = checkpoint.Container.StorageAlignment;
        Storage[] crooked =
        [
            .. StoragesOf(checkpoint).Where(storage => storage.FileOffset is { } offset && offset % alignment != 0),
        ];
        return crooked.Length == 0
            ? new("alignment", Passed: true, $"every storage begins at a multiple of {alignment} bytes")
            : new(
                "alignment",
                Passed: false,
                $"{Amount.Of(crooked.Length, "storage")} do not begin at a multiple of {alignment} bytes, the first is {crooked[0].Key}"
            );
    }

    private CheckResult Indices(Checkpoint checkpoint)
    {
        try
        {
            int count = checkpoint.VerifyIndices();
            return new("indices", Passed: true, $"{Amount.Of(count, "sparse or nested tensor")} in bounds");
        }
        catch (CheckpointException e)
        {
            return new("indices", Passed: false, WithoutFile(e.Message));
        }
    }

    private CheckResult Values(Checkpoint checkpoint)
    {
        IReadOnlyList<(NamedTensor Named, NonFiniteCounts Counts)> bad;
        try
        {
            bad = NonFinite.FindTensors(checkpoint.Tensors, console, cancellationToken);
        }
        catch (CheckpointException)
        {
            return new("values", Passed: false, "not looked at, the file is damaged");
        }
        return bad.Count == 0
            ? new("values", Passed: true, "no NaN, no infinity")
            : new(
                "values",
                Passed: false,
                List([.. bad.Select(entry => $"{entry.Named.Name} has {NonFinite.Describe(entry.Counts)}")], "; "),
                $"pth cat {ShellQuote.Of(file)} {ShellQuote.Of(bad[0].Named.Name)} --stats"
            );
    }

    private CheckResult Prefix(Checkpoint checkpoint, string prefix) =>
        WithNames(
            checkpoint,
            "prefix",
            names =>
            {
                int count = names.Count(name => name.StartsWith(prefix, StringComparison.Ordinal));
                return count == 0
                    ? new("prefix", Passed: true, $"no key begins with {prefix}")
                    : new(
                        "prefix",
                        Passed: false,
                        $"{Amount.Count(count)} of {Amount.Of(names.Count, "key")} begin with {prefix}",
                        $"pth rename {ShellQuote.Of(file)} --in-place --strip-prefix {ShellQuote.Of(prefix)}"
                    );
            }
        );

    private static CheckResult Has(Checkpoint checkpoint, string wanted) =>
        WithNames(
            checkpoint,
            "has",
            names =>
            {
                if (names.Contains(wanted, StringComparer.Ordinal))
                {
                    return new("has", Passed: true, wanted);
                }
                IReadOnlyList<string> near = NameSuggestions.For(wanted, names);
                string hint = near.Count == 0 ? "" : $"; is it {string.Join(" or ", near)}?";
                return new("has", Passed: false, $"there is no {wanted}{hint}");
            }
        );

    private static CheckResult WithNames(
        Checkpoint checkpoint,
        string check,
        Func<IReadOnlyCollection<string>, CheckResult> decide
    )
    {
        try
        {
            return decide([.. checkpoint.StateDict.Keys]);
        }
        catch (CheckpointException e) when (e.Kind == CheckpointErrorKind.NoStateDict)
        {
            return new(check, Passed: false, e.Message);
        }
    }

    private static IEnumerable<Storage> StoragesOf(Checkpoint checkpoint) =>
        checkpoint
            .Tensors.Select(named => named.Tensor.Storage)
            .Distinct((IEqualityComparer<Storage>)ReferenceEqualityComparer.Instance);

    private string WithoutFile(string message) =>
        message.StartsWith($"{file}: ", StringComparison.Ordinal) ? message[(file.Length + 2)..]
        : message.StartsWith($"{file} @ ", StringComparison.Ordinal) ? message[(file.Length + 1)..]
        : message.StartsWith($"{file}!", StringComparison.Ordinal) ? message[(file.Length + 1)..]
        : message;

    private static string List(List<string> items, string separator) =>
        string.Join(separator, items.Take(MostShown))
        + (items.Count > MostShown ? $"{separator}and {items.Count - MostShown} more" : "");
}
