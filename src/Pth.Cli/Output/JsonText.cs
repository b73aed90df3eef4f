using System.Text;
using System.Text.Json;

namespace Pth.Cli.Output;

/// <summary>Strings from a file in JSON: exact, lone surrogates too, and harmless on a terminal.</summary>
internal static class JsonText
{
    extension(Utf8JsonWriter writer)
    {
        /// <summary>Writes a property whose value is text from anywhere.</summary>
        public void WriteText(string name, string? value)
        {
            writer.WritePropertyName(name);
            writer.WriteTextValue(value);
        }

        /// <summary>Writes a value that is text from anywhere.</summary>
        public void WriteTextValue(string? value)
        {
            if (value is null)
            {
                writer.WriteNullValue();
            }
            else if (IsPlain(value))
            {
                writer.WriteStringValue(value);
            }
            else
            {
                writer.WriteRawValue(Quote(value), skipInputValidation: true);
            }
        }

        /// <summary>Writes a property that is an array of numbers.</summary>
        public void WriteNumbers(string name, ReadOnlySpan<long> values)
        {
            writer.WriteStartArray(name);
            foreach (long value in values)
            {
                writer.WriteNumberValue(value);
            }
            writer.WriteEndArray();
        }

        /// <summary>Writes a property that is a real number, or null.</summary>
        public void WriteReal(string name, double? value)
        {
            writer.WritePropertyName(name);
            if (value is { } number)
            {
                writer.WriteRealValue(number);
            }
            else
            {
                writer.WriteNullValue();
            }
        }

        /// <summary>Writes a real number. JSON has none for what is not finite: these are strings.</summary>
        public void WriteRealValue(double value)
        {
            if (double.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteStringValue(
                    double.IsNaN(value) ? "NaN"
                    : value > 0 ? "Infinity"
                    : "-Infinity"
                );
            }
        }
    }

    private static bool IsPlain(string value) => !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static string Quote(string value)
    {
        var result = new StringBuilder(value.Length + 16).Append('"');
        for (int i = 0; i < value.Length; )
        {
            bool safe = Escape.IsSafe(value, i, out int length);
            foreach (char c in value.AsSpan(i, length))
            {
                _ = safe
                    ? c is '"' or '\\'
                        ? result.Append('\\').Append(c)
                        : result.Append(c)
                    : result.Append($"\\u{(int)c:x4}");
            }
            i += length;
        }
        return result.Append('"').ToString();
    }
}
