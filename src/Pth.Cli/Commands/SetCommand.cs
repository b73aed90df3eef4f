using System.CommandLine;
using Pth.Cli.Console;
using Pth.Cli.Output;
using Pth.Cli.Parsing;

namespace Pth.Cli.Commands;

/// <summary>Writes new values over those of one tensor, in place.</summary>
internal sealed class SetCommand : ICommand
{
    public const string Schema = "pth.set/1";

    public required string File { get; init; }

    public required string Name { get; init; }

    /// <summary>The file with the values: NumPy's, or a checkpoint of one tensor.</summary>
    public required string Value { get; init; }

    /// <summary>Whether floating-point values are given the tensor's type.</summary>
    public bool Cast { get; init; }

    /// <summary>How much a file may ask for.</summary>
    public ReadLimits Limits { get; init; } = ReadLimits.Default;

    public bool Json { get; init; }

    public static Command Describe(Func<ICommand, int> run)
    {
        Argument<string> file = Options.Argument("FILE", "The checkpoint. It is changed in place.");
        Argument<string> name = Options.Argument(
            "NAME",
            "The tensor's name, as pth ls has it or as the state dict does."
        );
        Argument<string> value = Options.Argument(
            "VALUE",
            "The values: a .npy file, or a checkpoint of one tensor, of the same type and shape."
        );
        Option<bool> cast = Options.Flag(
            "--cast",
            "Gives floating-point values the tensor's type first: NumPy has no bfloat16."
        );
        Option<bool> trusted = Options.Trusted();
        Option<bool> json = Options.Json(Schema);
        var command = new DocumentedCommand("set", "Writes new values over those of one tensor, in place.")
        {
            Notes =
            [
                "Only the tensor's bytes are written, and its checksum where the file has one. A crash in the middle leaves the tensor half written. Tensors that share its memory change with it.",
            ],
            Examples =
            [
                ("pth set model.pth classifier.bias bias.npy", "What 'pth cat -o bias.npy' gave, changed by NumPy."),
                ("pth set model.safetensors head.weight new.npy --cast", "float32 values into a bfloat16 tensor."),
            ],
        };
        command.Add(file);
        command.Add(name);
        command.Add(value);
        command.Add(cast);
        command.Add(trusted);
        command.Add(json);
        command.SetAction(result =>
            run(
                new SetCommand
                {
                    File = result.GetRequiredValue(file),
                    Name = result.GetRequiredValue(name),
                    Value = result.GetRequiredValue(value),
                    Cast = result.GetValue(cast),
                    Limits = Options.Limits(result, trusted),
                    Json = result.GetValue(json),
                }
            )
        );
        return command;
    }

    public int Run(ICommandConsole console, CancellationToken cancellationToken)
    {
        (string path, DType dtype) = FindTarget(cancellationToken);
        using Checkpoint source = CheckpointFile.Open(Value, Limits, cancellationToken);
        if (source.Tensors.Count != 1)
        {
            throw new CommandException($"{Value} has {Amount.Of(source.Tensors.Count, "tensor")}, expected one");
        }
        TensorView values = source.Tensors[0].Tensor;
        EditSummary summary = Refusal.Translate(
            File,
            () =>
                OutputFile.Access(
                    File,
                    () => CheckpointEdit.ReplaceTensor(File, path, Cast ? values.Cast(dtype) : values)
                )
        );
        if (Json)
        {
            using var report = new JsonReport(console.Out, Schema);
            report.Top.WriteText("file", File);
            report.Top.WriteText("name", path);
            report.Top.WriteNumber("bytes", summary.BytesWritten);
        }
        else
        {
            console.Error.WriteLine(
                $"{Escape.Line(File)}: {Escape.Line(path)} changed in place, {Amount.BytesBoth(summary.BytesWritten)} written"
            );
        }
        return ExitCode.Yes;
    }

    /// <summary>The tensor's path in the file, which is closed again: it is about to change.</summary>
    private (string Path, DType DType) FindTarget(CancellationToken cancellationToken)
    {
        using Checkpoint checkpoint = CheckpointFile.Open(File, Limits, cancellationToken);
        foreach (NamedTensor named in checkpoint.Tensors)
        {
            if (named.Name == Name)
            {
                return (Name, named.Tensor.DType);
            }
        }
        if (
            CheckpointLayout.Of(checkpoint.Root).StateDict is { IsModule: false }
            && checkpoint.StateDict.TryGetValue(Name, out TensorView? tensor)
        )
        {
            return ($"{checkpoint.StateDictPath}.{Name}", tensor.DType);
        }
        IReadOnlyList<string> near = NameSuggestions.For(Name, checkpoint.Tensors.Select(named => named.Name));
        string hint = near.Count == 0 ? "'pth ls' lists them" : $"is it {string.Join(" or ", near)}?";
        throw new CommandException($"{File}: there is no tensor {Name}; {hint}");
    }
}
