using System.CommandLine;
using Pth.Cli.Console;
using Pth.Cli.Output;
using Pth.Cli.Parsing;

namespace Pth.Cli.Commands;

/// <summary>Shows and changes the texts that a safetensors file keeps beside its tensors.</summary>
internal sealed class MetaCommand : ICommand
{
    public const string Schema = "pth.meta/1";

    private const string Get = "get";
    private const string Set = "set";
    private const string Remove = "rm";

    /// <summary><c>get</c>, <c>set</c> or <c>rm</c>.</summary>
    public required string Action { get; init; }

    public required string File { get; init; }

    public string? Key { get; init; }

    public string? Value { get; init; }

    /// <summary>How much a file may ask for.</summary>
    public ReadLimits Limits { get; init; } = ReadLimits.Default;

    public bool Json { get; init; }

    public static Command Describe(Func<ICommand, int> run)
    {
        Argument<string> action = Options.Argument("ACTION", "What to do: get, set or rm.");
        action.AcceptOnlyFromAmong(Get, Set, Remove);
        Argument<string> file = Options.Argument("FILE", "A safetensors file.");
        Argument<string?> key = new("KEY")
        {
            Description = "Which text. get shows all of them without it.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Argument<string?> value = new("VALUE")
        {
            Description = "The new text, for set.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<bool> trusted = Options.Trusted();
        Option<bool> json = Options.Json(Schema);
        var command = new DocumentedCommand("meta", "Shows and changes the texts in a safetensors file.")
        {
            Notes =
            [
                "A change is made in place when the new header is not longer than the old one with its padding; else the file is written anew and replaced in one step. Tensors are not touched.",
            ],
            ExitCodes = "0 done, 1 there is no such text, 2 it could not be done.",
            Examples =
            [
                ("pth meta get model.safetensors", "All texts."),
                ("pth meta get model.safetensors licence", "One of them, as it is."),
                ("pth meta set model.safetensors licence MIT", "Adds it, or changes it."),
                ("pth meta rm model.safetensors licence", "Takes it away."),
            ],
        };
        command.Add(action);
        command.Add(file);
        command.Add(key);
        command.Add(value);
        command.Add(trusted);
        command.Add(json);
        command.SetAction(result =>
            run(
                new MetaCommand
                {
                    Action = result.GetRequiredValue(action),
                    File = result.GetRequiredValue(file),
                    Key = result.GetValue(key),
                    Value = result.GetValue(value),
                    Limits = Options.Limits(result, trusted),
                    Json = result.GetValue(json),
                }
            )
        );
        return command;
    }

    public int Run(ICommandConsole console, CancellationToken cancellationToken)
    {
        if (Action != Get && Key is null)
        {
            throw new UsageException($"{Action} wants a KEY", "meta");
        }
        if (Action == Set != Value is not null)
        {
            throw new UsageException(Action == Set ? "set wants a VALUE" : $"{Action} wants no VALUE", "meta");
        }
        IReadOnlyDictionary<string, string> texts = Read(cancellationToken);
        if (Action != Set && Key is not null && !texts.ContainsKey(Key))
        {
            IReadOnlyList<string> near = NameSuggestions.For(Key, texts.Keys);
            string hint = near.Count == 0 ? "" : $"; is it {string.Join(" or ", near)}?";
            console.Error.WriteLine($"pth: {Escape.Line($"{File} has no text '{Key}'{hint}")}");
            return ExitCode.No;
        }
        if (Action == Get)
        {
            Show(console, texts);
        }
        else
        {
            Change(console);
        }
        return ExitCode.Yes;
    }

    private IReadOnlyDictionary<string, string> Read(CancellationToken cancellationToken)
    {
        using Checkpoint checkpoint = CheckpointFile.Open(File, Limits, cancellationToken);
        return checkpoint.Container.Kind == FormatNames.Of(ContainerFormat.SafeTensors)
            ? checkpoint.Container.Metadata
            : throw new CommandException(
                $"{File} is {checkpoint.Container.Kind}: only safetensors keeps texts beside its tensors"
            );
    }

    private void Show(ICommandConsole console, IReadOnlyDictionary<string, string> texts)
    {
        if (Json)
        {
            using var report = new JsonReport(console.Out, Schema);
            report.Top.WriteText("file", File);
            report.Items(
                "metadata",
                texts.Where(text => Key is null || text.Key == Key),
                (item, text) =>
                {
                    item.WriteText("key", text.Key);
                    item.WriteText("value", text.Value);
                }
            );
            return;
        }
        if (Key is not null)
        {
            // A pipe gets the text itself.
            console.Out.WriteLine(console.IsTerminal ? Escape.Line(texts[Key]) : texts[Key]);
            return;
        }
        var table = new TextTable(new Column("key"), new Column("value"));
        foreach ((string key, string value) in texts)
        {
            table.Add(key, value);
        }
        table.Write(console);
    }

    private void Change(ICommandConsole console)
    {
        EditSummary summary = Refusal.Translate(
            File,
            () =>
                OutputFile.Access(
                    File,
                    () =>
                        CheckpointEdit.ChangeMetadata(
                            File,
                            texts =>
                            {
                                if (Value is null)
                                {
                                    texts.Remove(Key!);
                                }
                                else
                                {
                                    texts[Key!] = Value;
                                }
                            }
                        )
                )
        );
        if (Json)
        {
            using var report = new JsonReport(console.Out, Schema);
            report.Top.WriteText("file", File);
            report.Top.WriteBoolean("in_place", summary.IsInPlace);
            report.Top.WriteNumber("bytes", summary.BytesWritten);
            return;
        }
        string how = summary.IsInPlace ? "changed in place" : "written anew";
        console.Error.WriteLine($"{Escape.Line(File)}: {how}, {Amount.BytesBoth(summary.BytesWritten)} written");
    }
}
