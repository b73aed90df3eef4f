using System.Text;
using Microsoft.Win32.SafeHandles;
using SystemOut = System.Console;

namespace Pth.Cli.Console;

/// <summary>The process's own standard streams.</summary>
internal sealed class SystemConsole : ICommandConsole, IDisposable
{
    // Larger ones cost page faults in every start.
    private const int BufferLength = 1 << 13;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Lazy<TextWriter> _out = new(static () => new StreamWriter(OpenOutput(), Utf8, BufferLength));
    private readonly Lazy<TextWriter> _error = new(static () =>
        new StreamWriter(SystemOut.OpenStandardError(), Utf8) { AutoFlush = true }
    );

    public TextWriter Out => _out.Value;

    public TextWriter Error => _error.Value;

    public bool IsTerminal { get; } = !SystemOut.IsOutputRedirected;

    public bool IsErrorTerminal { get; } = !SystemOut.IsErrorRedirected;

    public bool UseColour { get; } =
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    public int Width => IsTerminal || IsErrorTerminal ? Math.Max(SystemOut.WindowWidth, 40) : 80;

    public void Dispose()
    {
        if (_error.IsValueCreated)
        {
            _error.Value.Dispose();
        }
    }

    // The console's own stream swallows a broken pipe, and a long listing would run on for nobody. A file stream tells of it,
    // but writes to files at positions of its own, where a shell lets several programs write one after the other.
    private static Stream OpenOutput()
    {
        if (OperatingSystem.IsWindows())
        {
            return SystemOut.OpenStandardOutput();
        }
        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? SystemOut.OpenStandardOutput() : stream;
    }
}
