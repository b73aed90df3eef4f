using System.Globalization;
using System.Text.Json;
using Pth.Errors;

namespace Pth.Formats.TorchScript;

/// <summary>Reads <c>model.json</c>. As in the JSON of Protocol Buffers, numbers of 64 bits may be strings, what has its default is left out, and what is not known is passed over.</summary>
internal static class ScriptModelParser
{
    // Each module in a module is an object in an array: 120 of them, which is also how deep the reading goes.
    private const int MaxDepth = 256;

    public static ScriptModel Parse(ReadOnlySpan<byte> json, ErrorLocation location)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            using var document = JsonDocument.ParseValue(ref reader);
            RequireEnd(ref reader);
            return ParseModel(document.RootElement, location);
        }
        catch (JsonException error)
        {
            throw location.Error(
                CheckpointErrorKind.InvalidHeader,
                $"JSON that breaks off or goes wrong ({error.Message})",
                "a description of the model"
            );
        }
        catch (InvalidOperationException)
        {
            // A string that is no Unicode.
            throw location.Error(CheckpointErrorKind.InvalidHeader, "a string with half a surrogate pair", "Unicode");
        }
    }

    private static void RequireEnd(ref Utf8JsonReader reader)
    {
        if (reader.Read())
        {
            throw new JsonException("there is more behind its end");
        }
    }

    private static ScriptModel ParseModel(JsonElement model, ErrorLocation location)
    {
        var fields = new ScriptModelFields(model, "the model", location);
        long version = fields.Long("protoVersion", 1);
        if (version is < 1 or > ScriptModel.Newest)
        {
            throw location.Error(
                CheckpointErrorKind.Unsupported,
                $"a model of version {version.ToString(CultureInfo.InvariantCulture)}",
                $"1 to {ScriptModel.Newest}"
            );
        }
        return new ScriptModel(
            version,
            ParseModule(fields.Object("mainModule"), location),
            [.. fields.Items("tensors").Select(tensor => ParseTensor(tensor, location))]
        );
    }

    private static ScriptModuleEntry ParseModule(JsonElement module, ErrorLocation location)
    {
        var fields = new ScriptModelFields(module, "a module", location);
        return new ScriptModuleEntry(
            fields.Text("name", ""),
            [.. fields.Items("parameters").Select(parameter => ParseParameter(parameter, location))],
            [.. fields.Items("attributes").Select(attribute => ParseAttribute(attribute, location))],
            [.. fields.Items("submodules").Select(inner => ParseModule(inner, location))],
            fields.Has("getStateAttributeId") ? fields.Long("getStateAttributeId", 0) : null
        );
    }

    private static ScriptParameterEntry ParseParameter(JsonElement parameter, ErrorLocation location)
    {
        var fields = new ScriptModelFields(parameter, "a parameter", location);
        return new ScriptParameterEntry(fields.Text("name", ""), fields.Long("tensorId", 0), fields.Bool("isBuffer"));
    }

    private static ScriptAttributeEntry ParseAttribute(JsonElement attribute, ErrorLocation location)
    {
        var fields = new ScriptModelFields(attribute, "an attribute", location);
        return new ScriptAttributeEntry(fields.Text("name", ""), fields.Long("id", 0));
    }

    private static ScriptTensorEntry ParseTensor(JsonElement tensor, ErrorLocation location)
    {
        var fields = new ScriptModelFields(tensor, "a tensor", location);
        var data = new ScriptModelFields(fields.Object("data"), "a tensor's data", location);
        return new ScriptTensorEntry(
            data.Text("key", ""),
            fields.TextOrNumber("dataType", "UNDEFINED"),
            fields.Text("device", "cpu"),
            fields.Longs("dims"),
            fields.Longs("strides"),
            fields.Long("offset", 0),
            fields.Bool("requiresGrad"),
            fields.Bool("isQuantized"),
            fields.Double("scale", 0),
            fields.Long("zeroPoint", 0)
        );
    }
}
