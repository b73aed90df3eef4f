namespace Pth.Cli.Commands;

/// <summary>What commands that write checkpoints have in common.</summary>
internal static class Saving
{
    /// <summary>Saves, and says in the words of the command line why that cannot be: the library names its own options.</summary>
    /// <exception cref="CommandException">The format cannot hold it, or the options do not go together.</exception>
    public static T Translate<T>(Func<T> save)
    {
        try
        {
            return save();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            string text = e
                .Message.Split(" (Parameter", 2)[0]
                .Replace("WriteOptions.TensorsOnly", "--tensors-only", StringComparison.Ordinal)
                .Replace("WriteOptions.SharedTensors", "--shared", StringComparison.Ordinal);
            throw new CommandException(text);
        }
    }
}
