using System.CommandLine;
using Pth.Cli.Console;
using Pth.Cli.Output;
using Pth.Cli.Parsing;

namespace Pth.Cli.Commands;

/// <summary>Lists the tensors of a checkpoint.</summary>
internal sealed class LsCommand : ICommand
{
    public const string Schema = "pth.ls/1";

    public required string File { get; init; }

    /// <summary>Which names to list, any of them; all when there are none.</summary>
    public IReadOnlyList<string> Match { get; init; } = [];

    public bool Natural { get; init; }

    public bool Sha256 { get; init; }

    /// <summary>How much a file may ask for.</summary>
    public ReadLimits Limits { get; init; } = ReadLimits.Default;

    public bool Json { get; init; }

    public static Command Describe(Func<ICommand, int> run)
    {
        Argument<string> file = Options.Argument("FILE", "The checkpoint.");
        Option<string[]> match = Options.Many(
            "--match",
            "GLOB",
            "Lists only the names that match: * is any text, ? is any one character. May be given more than once."
        );
        Option<bool> natural = Options.Flag(
            "--natural",
            "Sorts by name, layer 2 before layer 10. The order of the file otherwise."
        );
        Option<bool> sha256 = Options.Flag(
            "--sha256",
            "Adds the SHA-256 of each tensor's elements (row-major, little-endian). Reads all of the file."
        );
        Option<bool> trusted = Options.Trusted();
        Option<bool> json = Options.Json(Schema);
        var command = new DocumentedCommand("ls", "Lists every tensor, one a line.")
        {
            Notes =
            [
                "In a pipe each line has name, dtype, shape, bytes and, when asked for, the SHA-256, between spaces.",
                "A name is the path from the root: keys joined by dots, positions in lists as [i]. Sparse and nested tensors are listed by their parts.",
            ],
            ExitCodes = "0 listed, 1 no name matches, 2 it could not be done.",
            Examples =
            [
                ("pth ls model.pth", "Every tensor, in the order of the file."),
                ("pth ls model.pth --match '*.bias' --natural", "The biases, layer 2 before layer 10."),
                ("pth ls model.pth --json --sha256", "Everything there is to know, for programs."),
                ("pth ls model.pth | awk '{sum += $4} END {print sum}'", "The bytes of all tensors together."),
            ],
        };
        command.Add(file);
        command.Add(match);
        command.Add(natural);
        command.Add(sha256);
        command.Add(trusted);
        command.Add(json);
        command.SetAction(result =>
            run(
                new LsCommand
                {
                    File = result.GetRequiredValue(file),
                    Match = result.GetValue(match) ?? [],
                    Natural = result.GetValue(natural),
                    Sha256 = result.GetValue(sha256),
                    Limits = Options.Limits(result, trusted),
                    Json = result.GetValue(json),
                }
            )
        );
        return command;
    }

    public int Run(ICommandConsole console, CancellationToken cancellationToken)
    {
        using Checkpoint checkpoint = CheckpointFile.Open(File, Limits, cancellationToken);
        IReadOnlyList<NamedTensor> tensors = Select(checkpoint.Tensors);
        IReadOnlyList<string>? hashes = Sha256 ? Hash(tensors, console, cancellationToken) : null;
        if (Json)
        {
            WriteJson(console, checkpoint, tensors, hashes);
        }
        else
        {
            WriteTable(console, checkpoint, tensors, hashes);
        }
        if (tensors.Count == 0 && Match.Count > 0)
        {
            console.Error.WriteLine($"pth: none of the {checkpoint.Tensors.Count} names matches");
            return ExitCode.No;
        }
        return ExitCode.Yes;
    }

    private IReadOnlyList<NamedTensor> Select(IReadOnlyList<NamedTensor> tensors)
    {
        IEnumerable<NamedTensor> selected = tensors;
        if (Match.Count > 0)
        {
            Glob[] globs = [.. Match.Select(pattern => new Glob(pattern))];
            selected = selected.Where(tensor => globs.Any(glob => glob.IsMatch(tensor.Name)));
        }
        if (Natural)
        {
            selected = selected.OrderBy(tensor => tensor.Name, NaturalComparer.Instance);
        }
        return ReferenceEquals(selected, tensors) ? tensors : [.. selected];
    }

    private static List<string> Hash(
        IReadOnlyList<NamedTensor> tensors,
        ICommandConsole console,
        CancellationToken cancellationToken
    ) =>
        TransferDisplay.Run(
            console,
            "hashing",
            tensors.Sum(tensor => tensor.Tensor.ByteCount),
            counter =>
                tensors
                    .Select(tensor =>
                        counter.Count(
                            tensor.Tensor.ByteCount,
                            progress => Hash(tensor.Tensor, progress, cancellationToken)
                        )
                    )
                    .ToList()
        );

    private static string Hash(TensorView tensor, IProgress<long>? progress, CancellationToken cancellationToken) =>
        tensor.Storage.IsMeta ? "" : Convert.ToHexStringLower(tensor.Sha256(progress, cancellationToken));

    private static void WriteTable(
        ICommandConsole console,
        Checkpoint checkpoint,
        IReadOnlyList<NamedTensor> tensors,
        IReadOnlyList<string>? hashes
    )
    {
        bool people = console.IsTerminal;
        List<Column> columns =
        [
            new("name"),
            new("dtype"),
            new("shape"),
            new(people ? "size" : "bytes", AlignRight: true),
        ];
        if (hashes is not null)
        {
            columns.Add(new("sha256"));
        }
        if (people)
        {
            columns.Add(new("note"));
        }
        var table = new TextTable(columns);
        var notes = new TensorNotes();
        for (int i = 0; i < tensors.Count; i++)
        {
            TensorView tensor = tensors[i].Tensor;
            List<Cell> row =
            [
                tensors[i].Name,
                tensor.DType.TorchName,
                people ? Shape.ForPeople(tensor.Shape) : Shape.Dense(tensor.Shape),
                people ? Amount.Bytes(tensor.ByteCount) : $"{tensor.ByteCount}",
            ];
            if (hashes is not null)
            {
                row.Add(hashes[i].Length > 0 ? hashes[i] : "-");
            }
            if (people)
            {
                row.Add(new(notes.Of(tensors[i]), Tone.Dim));
            }
            table.Add([.. row]);
        }
        table.Write(console);
        if (people)
        {
            new StyledText(console).Line((Summary(checkpoint, tensors), Tone.Dim));
        }
    }

    private static string Summary(Checkpoint checkpoint, IReadOnlyList<NamedTensor> tensors)
    {
        long elements = tensors.Sum(tensor => tensor.Tensor.ElementCount);
        long bytes = tensors.Sum(tensor => tensor.Tensor.ByteCount);
        string part = tensors.Count < checkpoint.Tensors.Count ? $" of {Amount.Count(checkpoint.Tensors.Count)}" : "";
        return $"{Amount.Of(tensors.Count, "tensor")}{part}, {Amount.Of(elements, "element")}, {Amount.BytesBoth(bytes)}";
    }

    private void WriteJson(
        ICommandConsole console,
        Checkpoint checkpoint,
        IReadOnlyList<NamedTensor> tensors,
        IReadOnlyList<string>? hashes
    )
    {
        using var report = new JsonReport(console.Out, Schema);
        report.Top.WriteText("file", File);
        report.Top.WriteString("container", checkpoint.Container.Kind);
        report.Items(
            "tensors",
            tensors.Index(),
            (item, entry) =>
            {
                TensorJson.Write(item, entry.Item);
                if (hashes?[entry.Index] is { Length: > 0 } hash)
                {
                    item.WriteString("sha256", hash);
                }
            }
        );
    }
}
