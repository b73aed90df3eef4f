using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pth.Cli.Output;

/// <summary>
/// The <c>--json</c> output of a command: one object that begins with its schema and version. Items of an array are one a line, so that a
/// big report can also be read with <c>grep</c>.
/// </summary>
internal sealed class JsonReport : IDisposable
{
    private const int FlushAt = 1 << 15;

    // The readers are not web pages: <root> stays readable. JsonText takes care of what a terminal must not be given.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly ArrayBufferWriter<byte> _buffer = new(2 * FlushAt);
    private readonly ArrayBufferWriter<byte> _itemBuffer = new();
    private readonly Utf8JsonWriter _writer;
    private readonly Utf8JsonWriter _item;
    private readonly TextWriter _output;

    public JsonReport(TextWriter output, string schema)
    {
        _output = output;
        _writer = new Utf8JsonWriter(_buffer, Options);
        _item = new Utf8JsonWriter(_itemBuffer, Options);
        _writer.WriteStartObject();
        _writer.WriteText("schema", schema);
    }

    /// <summary>The report's top level.</summary>
    public Utf8JsonWriter Top => _writer;

    /// <summary>Writes an array of objects.</summary>
    /// <param name="name">The property that holds it.</param>
    /// <param name="items">What it is of.</param>
    /// <param name="write">Writes the properties of one.</param>
    public void Items<T>(string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        _writer.WriteStartArray(name);
        foreach (T item in items)
        {
            _itemBuffer.ResetWrittenCount();
            _item.Reset();
            _item.WriteStartObject();
            write(_item, item);
            _item.WriteEndObject();
            _item.Flush();
            _writer.WriteRawValue([(byte)'\n', (byte)' ', .. _itemBuffer.WrittenSpan], skipInputValidation: true);
            Drain(FlushAt);
        }
        _writer.WriteEndArray();
    }

    public void Dispose()
    {
        _writer.WriteEndObject();
        Drain(0);
        _output.WriteLine();
        _writer.Dispose();
        _item.Dispose();
    }

    private void Drain(int threshold)
    {
        if (_writer.BytesPending + _buffer.WrittenCount >= threshold)
        {
            _writer.Flush();
            _output.Write(System.Text.Encoding.UTF8.GetString(_buffer.WrittenSpan));
            _buffer.ResetWrittenCount();
        }
    }
}
