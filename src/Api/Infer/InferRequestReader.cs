using System.Globalization;
using System.Text.Json;
using Understudy.Api.Problems;
using Understudy.Inference.OpenAi;
using Understudy.Inference.Pipelines;
using Understudy.Workflows.Limits;

namespace Understudy.Api.Infer;

/// <summary>Reads <c>{ "input": "…" }</c> or <c>{ "inputs": [ "…" ] }</c> and names the field that is at fault.</summary>
internal static class InferRequestReader
{
    public static InferRequest Read(ReadOnlySpan<byte> body, UnderstudyLimits limits)
    {
        if (body.IsEmpty)
        {
            throw ApiProblems.BodyEmpty();
        }

        var reader = new Utf8JsonReader(Text(body));
        try
        {
            return ReadObject(ref reader, limits);
        }
        catch (JsonException)
        {
            throw ApiProblems.NotJson(reader.BytesConsumed);
        }
        catch (InvalidOperationException)
        {
            throw ApiProblems.HalfCharacter("body", reader.TokenStartIndex); // of a name
        }
    }

    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> body)
    {
        try
        {
            return RequestJson.Text(body);
        }
        catch (RequestInvalidException error)
        {
            throw ApiProblems.InvalidBody(error);
        }
    }

    private static InferRequest ReadObject(ref Utf8JsonReader reader, UnderstudyLimits limits)
    {
        reader.Read();
        Require(ref reader, JsonTokenType.StartObject, "body", "an object");
        InferRequest? request = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var single = reader.ValueTextEquals("input"u8);
            if (!single && !reader.ValueTextEquals("inputs"u8))
            {
                throw ApiProblems.UnknownField(reader.GetString()!, "input, inputs");
            }

            if (request is not null)
            {
                throw ApiProblems.OneOf("input", "inputs");
            }

            reader.Read();
            request = single
                ? new([ReadText(ref reader, 0, "input", limits)], Single: true)
                : new(ReadList(ref reader, limits), Single: false);
        }

        // Reading on finds what follows the object.
        reader.Read();
        return request ?? throw ApiProblems.OneOf("input", "inputs");
    }

    private static List<InferenceInput> ReadList(ref Utf8JsonReader reader, UnderstudyLimits limits)
    {
        Require(ref reader, JsonTokenType.StartArray, "inputs", "an array of strings");
        var inputs = new List<InferenceInput>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            inputs.Add(ReadText(ref reader, inputs.Count, null, limits));
        }

        return inputs.Count switch
        {
            0 => throw ApiProblems.EmptyInput("inputs"),
            var count when count > limits.InputsPerRequest => throw ApiProblems.TooManyInputs(count, limits.InputsPerRequest),
            _ => inputs,
        };
    }

    private static InferenceInput ReadText(ref Utf8JsonReader reader, int index, string? field, UnderstudyLimits limits)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            Require(ref reader, JsonTokenType.String, field ?? $"inputs[{index}]", "a string");
        }

        var text = ReadWhole(ref reader, index, field);
        if (string.IsNullOrWhiteSpace(text))
        {
            throw ApiProblems.EmptyInput(field ?? $"inputs[{index}]");
        }

        return text.Length <= limits.InputCharacters
            ? new(index.ToString(CultureInfo.InvariantCulture), text)
            : throw ApiProblems.InputTooLong(field ?? $"inputs[{index}]", text.Length, limits.InputTokens, limits.InputCharacters);
    }

    private static string ReadWhole(ref Utf8JsonReader reader, int index, string? field)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw ApiProblems.HalfCharacter(field ?? $"inputs[{index}]", reader.TokenStartIndex);
        }
    }

    private static void Require(ref Utf8JsonReader reader, JsonTokenType expected, string field, string name)
    {
        if (reader.TokenType != expected)
        {
            throw ApiProblems.WrongType(field, name, Describe(reader.TokenType));
        }
    }

    private static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        _ => "null",
    };
}
