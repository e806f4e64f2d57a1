using System.Globalization;
using System.Text.Json;
using Understudy.Inference.OpenAi;
using Understudy.Inference.Pipelines;

namespace Understudy.Edge.Serving;

/// <summary>Reads <c>{ "task": "…", "input": "…" }</c>, or <c>inputs</c> with several.</summary>
internal static class InferReader
{
    private static readonly string[] Known = ["task", "input", "inputs"];

    /// <param name="task">Of the path; null where the body may name it, and only then.</param>
    /// <exception cref="RequestInvalidException">A field is wrong.</exception>
    public static InferCall Read(JsonElement body, string? task, IReadOnlyList<string> served, EdgeOptions limits)
    {
        var fields = RequestFields.Body(body);
        var known = task is null ? Known : [.. Known.Where(name => name != "task")];
        foreach (var property in body.EnumerateObject().Where(property => !known.Contains(property.Name)))
        {
            throw new RequestInvalidException($"'{property.Name}' is not a field of this request; known here: {string.Join(", ", known)}.", property.Name, "unknown_field");
        }

        var single = fields.Optional("input") is not null;
        if (single == fields.Optional("inputs") is not null)
        {
            throw new RequestInvalidException("The request must have exactly one of 'input' and 'inputs'.", "input", "one_of");
        }

        task ??= fields.Optional("task") is not null ? fields.RequiredText("task")
            : served.Count == 1 ? served[0]
            : throw new RequestInvalidException($"'task' is missing; {(served.Count == 0 ? "no task serves here yet" : $"there are {string.Join(", ", served)}")}.", "task", RequestInvalidException.Missing);
        var texts = single ? [Text(fields, "input", fields.Required("input", "a string"))] : Texts(fields, limits);
        return new(task, [.. texts.Select((text, i) => Input(text, i, single, limits))], single);
    }

    /// <summary>Checks a text's length.</summary>
    public static string Checked(string text, string field, EdgeOptions limits) =>
        string.IsNullOrWhiteSpace(text) ? throw new RequestInvalidException($"'{field}' is empty. Give a text to answer.", field, "empty_input")
        : text.Length > limits.InputCharacters ? throw new RequestInvalidException($"'{field}' is {text.Length} characters long; the limit is {limits.InputCharacters}. Shorten it, or raise Edge:InputCharacters.", field, RequestInvalidException.TooLong)
        : text;

    private static List<string> Texts(RequestFields fields, EdgeOptions limits)
    {
        var list = fields.Required("inputs", "an array of strings");
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            throw fields.Wrong("inputs", list, "an array with at least one string");
        }

        return list.GetArrayLength() <= limits.InputsPerRequest
            ? [.. list.EnumerateArray().Select(item => Text(fields, "inputs", item))]
            : throw new RequestInvalidException($"'inputs' has {list.GetArrayLength()} entries; the limit is {limits.InputsPerRequest}. Send several requests.", "inputs", "too_many_inputs");
    }

    private static string Text(RequestFields fields, string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? RequestFields.Text(value) : throw fields.Wrong(name, value, "a string");

    private static InferenceInput Input(string text, int index, bool single, EdgeOptions limits) =>
        new(index.ToString(CultureInfo.InvariantCulture), Checked(text, single ? "input" : $"inputs[{index}]", limits));
}
