using System.Text;
using System.Text.Unicode;
using Pth.Errors;
using Pth.Formats.SafeTensors;

namespace Pth.Tests.Formats.SafeTensors;

public class SafeTensorsPlainParserTests
{
    private const string Whole =
        """{"__metadata__":{"format":"pt","ü":""},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b.ö":{"dtype":"F8_E4M3","shape":[],"data_offsets":[24,25]}}   """;

    [Fact]
    public void What_the_reference_writes_is_read_without_the_other_parser() =>
        Assert.Equal(Slowly(Whole), Quickly(Whole));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"a": {"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData(""" {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"shape":[1],"dtype":"F32","data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1000000000000000000],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9999999999999999999],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""")]
    [InlineData("""{"a\u0041":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("{\"a\n\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}")]
    [InlineData("""{"__metadata__":null}""")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""")]
    [InlineData("""{"__metadata__":{"a":"1"},"__metadata__":{"b":"2"}}""")]
    public void Every_other_form_is_left_to_the_other_parser(string json) => Assert.Null(Quickly(json));

    [Fact]
    public void A_name_that_comes_twice_and_limits_are_left_to_the_other_parser()
    {
        const string Entry = "\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}";
        Assert.NotNull(Quickly($"{{{Entry}}}"));
        Assert.Null(Quickly($"{{{Entry},{Entry}}}"));
        string two = $"{{{Entry},{Entry.Replace("\"a\"", "\"bcd\"", StringComparison.Ordinal)}}}";
        Assert.NotNull(Quickly(two, new ReadLimits { MaxRecords = 2, MaxNameLength = 3 }));
        Assert.Null(Quickly(two, new ReadLimits { MaxRecords = 1 }));
        Assert.Null(Quickly(two, new ReadLimits { MaxNameLength = 2 }));
    }

    [Fact]
    public void Whatever_it_reads_the_other_parser_reads_alike()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Whole);
        int read = 0;
        for (int i = 0; i < whole.Length; i++)
        {
            foreach (byte other in "\0 \t\"\\,:[]{}-.019aeFb\x7F"u8)
            {
                byte[] changed = [.. whole];
                changed[i] = other;
                // The header is known to be UTF-8 before either looks at it.
                if (Utf8.IsValid(changed) && Encoding.UTF8.GetString(changed) is var json && Quickly(json) is { } quick)
                {
                    Assert.Equal(Slowly(json), quick);
                    read++;
                }
            }
        }
        Assert.InRange(read, 100, 2_000);
    }

    private static string? Quickly(string json, ReadLimits? limits = null)
    {
        var parser = new SafeTensorsPlainParser(Encoding.UTF8.GetBytes(json), limits ?? ReadLimits.Default);
        return parser.TryParse() ? Describe(parser.Entries, parser.Metadata, parser.MetadataRange) : null;
    }

    private static string Slowly(string json)
    {
        var parser = new SafeTensorsHeaderParser(new ErrorLocation("<test>"), ReadOptions.Default);
        parser.Parse(Encoding.UTF8.GetBytes(json));
        Assert.False(parser.HasUnknownFields);
        return Describe(parser.Entries, parser.Metadata, parser.MetadataRange);
    }

    private static string Describe(
        List<SafeTensorsEntry> entries,
        OrderedDictionary<string, string>? metadata,
        (int Start, int End)? range
    ) =>
        string.Join(
            '\n',
            [
                $"{range}",
                .. metadata?.Select(pair => $"{pair.Key} = {pair.Value}") ?? [],
                .. entries.Select(entry =>
                    $"{entry.Name}: {entry.Describe()} {entry.Start} {entry.End} @ {entry.Position}"
                ),
            ]
        );
}
