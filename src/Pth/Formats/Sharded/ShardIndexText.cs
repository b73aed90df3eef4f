using System.Globalization;
using System.Text;

namespace Pth.Formats.Sharded;

/// <summary>An index as Python's <c>json.dump(index, file, indent=2)</c> writes it: ASCII alone, and no line feed at the end.</summary>
internal static class ShardIndexText
{
    public static byte[] Write(
        long totalSize,
        IEnumerable<KeyValuePair<string, string>> metadata,
        IEnumerable<KeyValuePair<string, string>> files
    )
    {
        var text = new StringBuilder("{\n  \"metadata\": {\n    \"total_size\": ");
        text.Append(totalSize.ToString(CultureInfo.InvariantCulture));
        foreach ((string key, string value) in metadata)
        {
            text.Append(",\n");
            AppendMember(text, key, value);
        }
        text.Append("\n  },\n  \"weight_map\": {");
        string separator = "\n";
        foreach ((string name, string file) in files)
        {
            text.Append(separator);
            AppendMember(text, name, file);
            separator = ",\n";
        }
        text.Append("\n  }\n}");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static void AppendMember(StringBuilder text, string key, string value)
    {
        text.Append("    ");
        AppendText(text, key);
        text.Append(": ");
        AppendText(text, value);
    }

    private static void AppendText(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char unit in value)
        {
            _ = unit switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                >= ' ' and <= '~' => text.Append(unit),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
            };
        }
        text.Append('"');
    }
}
