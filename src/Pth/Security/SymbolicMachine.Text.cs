using System.Globalization;
using System.Text;
using Pth.Pickle;

namespace Pth.Security;

/// <content>Text and bytes, and how values are shown.</content>
internal ref partial struct SymbolicMachine
{
    /// <summary>How much of a text is shown.</summary>
    private const int ShownText = 200;

    /// <summary>How much of a call is shown.</summary>
    private const int ShownCall = 600;

    private const int ShownDepth = 5;
    private const int ShownItems = 8;

    private Symbol PlainText()
    {
        FindHiddenText(Argument);
        return New(
            new Symbol(SymbolKind.Text) { Number = _operation.ArgumentOffset, Count = _operation.ArgumentLength }
        );
    }

    // Python 2 has text and bytes in one.
    private Symbol Python2Text()
    {
        if (PickleSearch.MayHold(Argument))
        {
            _trace.Hide(new HiddenRange(_operation.ArgumentOffset, _operation.ArgumentLength, null, IsText: false));
        }
        return PlainText();
    }

    private Symbol EscapedText()
    {
        ReadOnlySpan<byte> line = Argument;
        string text;
        if (_operation.Opcode == Opcode.UNICODE)
        {
            text = PythonText.TryUnescapeUnicode(line, out string? unescaped)
                ? unescaped
                : Encoding.Latin1.GetString(line);
        }
        else
        {
            ReadOnlySpan<byte> quoted = line.Length >= 2 ? line[1..^1] : line;
            byte[] bytes = PythonText.TryUnescapeString(quoted, out byte[]? plain) ? plain : quoted.ToArray();
            if (PickleSearch.MayHold(bytes))
            {
                _trace.Hide(new HiddenRange(_operation.Offset, bytes.Length, bytes, IsText: false));
            }
            text = Encoding.UTF8.GetString(bytes);
        }
        if (EncodedSearch.MayHold(text))
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            _trace.Hide(new HiddenRange(_operation.Offset, bytes.Length, bytes, IsText: true));
        }
        return New(new Symbol(SymbolKind.Text) { Text = text });
    }

    private Symbol ByteString()
    {
        ReadOnlySpan<byte> bytes = Argument;
        if (PickleSearch.MayHold(bytes))
        {
            _trace.Hide(new HiddenRange(_operation.ArgumentOffset, bytes.Length, null, IsText: false));
        }
        else
        {
            FindHiddenText(bytes);
        }
        return New(new Symbol(SymbolKind.Bytes) { Number = _operation.ArgumentOffset, Count = bytes.Length });
    }

    private readonly void FindHiddenText(ReadOnlySpan<byte> text)
    {
        if (text.Length >= EncodedSearch.ShortestRun && EncodedSearch.MayHold(text))
        {
            _trace.Hide(new HiddenRange(_operation.ArgumentOffset, text.Length, null, IsText: true));
        }
    }

    private readonly string TextOf(Symbol symbol) =>
        symbol.Text
        ?? (
            symbol.Kind is SymbolKind.Text or SymbolKind.Bytes
                ? Encoding.UTF8.GetString(_bytes.Slice((int)symbol.Number, (int)symbol.Count))
                : ""
        );

    /// <summary>A value as Python would write it, cut to a readable length.</summary>
    private readonly string Describe(Symbol symbol)
    {
        var text = new StringBuilder();
        Append(text, symbol, ShownDepth);
        return text.Length > ShownCall ? $"{text.ToString(0, ShownCall)}..." : text.ToString();
    }

    private readonly void Append(StringBuilder text, Symbol symbol, int depth)
    {
        if (text.Length > ShownCall || (depth == 0 && symbol.Kind is >= SymbolKind.Tuple and not SymbolKind.Global))
        {
            text.Append("...");
            return;
        }
        switch (symbol.Kind)
        {
            case SymbolKind.None or SymbolKind.Bool or SymbolKind.Float or SymbolKind.Unknown:
                text.Append(
                    symbol.Kind == SymbolKind.None ? "None"
                    : symbol.Kind == SymbolKind.Float ? "a float"
                    : symbol.Kind == SymbolKind.Unknown ? "what is not there"
                    : symbol.Number == 1 ? "True"
                    : "False"
                );
                break;
            case SymbolKind.Int:
                text.Append(symbol.Text ?? symbol.Number.ToString(CultureInfo.InvariantCulture));
                break;
            case SymbolKind.Text or SymbolKind.Bytes:
                AppendText(text, symbol);
                break;
            case SymbolKind.Global:
                text.Append(symbol.Global!.FullName);
                break;
            case SymbolKind.Call:
                Append(text, symbol.Callee!, depth - 1);
                bool isTuple = symbol.Arguments!.Kind == SymbolKind.Tuple;
                text.Append(isTuple ? "" : "(*");
                Append(text, symbol.Arguments, depth - 1);
                text.Append(isTuple ? "" : ")");
                break;
            case SymbolKind.Persistent:
                text.Append("persistent ");
                Append(text, symbol.Arguments!, depth - 1);
                break;
            case SymbolKind.Extension:
                text.Append($"copyreg number {symbol.Number}");
                break;
            default:
                AppendItems(text, symbol, depth);
                break;
        }
    }

    private readonly void AppendItems(StringBuilder text, Symbol symbol, int depth)
    {
        (char open, char close) = symbol.Kind switch
        {
            SymbolKind.Tuple => ('(', ')'),
            SymbolKind.List => ('[', ']'),
            _ => ('{', '}'),
        };
        text.Append(open);
        int shown = Math.Min(symbol.Items.Length, ShownItems);
        for (int i = 0; i < shown; i++)
        {
            bool isValue = symbol.Kind == SymbolKind.Dict && i % 2 == 1;
            text.Append(
                i == 0 ? ""
                : isValue ? ": "
                : ", "
            );
            Append(text, symbol.Items[i], depth - 1);
        }
        text.Append(symbol.Count > shown ? ", ..." : "").Append(close);
    }

    private readonly void AppendText(StringBuilder text, Symbol symbol)
    {
        string value =
            symbol.Text
            ?? Encoding.UTF8.GetString(_bytes.Slice((int)symbol.Number, (int)Math.Min(symbol.Count, 4 * ShownText)));
        bool isCut = value.Length > ShownText || (symbol.Text is null && symbol.Count > 4 * ShownText);
        text.Append(symbol.Kind == SymbolKind.Bytes ? "b'" : "'");
        foreach (char c in value.AsSpan(0, Math.Min(value.Length, ShownText)))
        {
            _ = c switch
            {
                '\n' => text.Append("\\n"),
                '\'' => text.Append("\\'"),
                '\\' => text.Append("\\\\"),
                < ' ' or '\x7F' => text.Append($"\\x{(int)c:x2}"),
                _ => text.Append(c),
            };
        }
        text.Append(isCut ? "..." : "").Append('\'');
    }
}
