using Pth.Cli.Parsing;

namespace Pth.Cli.Commands;

/// <summary>What the library refuses to do, in the words of the command line: the library names its own options.</summary>
internal static class Refusal
{
    /// <summary>Does something, and says why it cannot be done.</summary>
    /// <param name="file">The file that the message is about.</param>
    /// <param name="act">What is done.</param>
    /// <exception cref="CommandException">A format cannot hold something, names collide, or the options do not go together.</exception>
    public static T Translate<T>(string file, Func<T> act)
    {
        try
        {
            return act();
        }
        // A checkpoint that is closed too early is a fault of the program.
        catch (Exception e) when (e is (InvalidOperationException or ArgumentException) and not ObjectDisposedException)
        {
            string text = InWordsOfOptions(e.Message.Split(" (Parameter", 2)[0]);
            // As every error: where, found, expected.
            text = text.StartsWith("Found ", StringComparison.Ordinal) ? $"f{text[1..]}" : text;
            throw new CommandException($"{file}: {text}");
        }
    }

    private static string InWordsOfOptions(string message)
    {
        string text = message
            .Replace("WriteOptions.TensorsOnly", "--tensors-only", StringComparison.Ordinal)
            .Replace("WriteOptions.SharedTensors", "--shared", StringComparison.Ordinal)
            .Replace(
                $"choose {nameof(ContainerFormat.Npz)} for several",
                $"--to {FormatNames.Of(ContainerFormat.Npz)} writes several",
                StringComparison.Ordinal
            )
            .Replace(
                $"expected {nameof(ContainerFormat.SafeTensors)} or {nameof(ContainerFormat.TorchZip)}",
                $"expected --to {FormatNames.Of(ContainerFormat.SafeTensors)} or {FormatNames.Of(ContainerFormat.TorchZip)}",
                StringComparison.Ordinal
            );
        foreach (string version in ProfileNames.All)
        {
            text = text.Replace(
                $"the profile {ProfileNames.Read(version)}",
                $"--profile {version}",
                StringComparison.Ordinal
            );
        }
        return text;
    }
}
