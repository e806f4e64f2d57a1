using System.Text.Json;
using Understudy.Api.Problems;
using Understudy.Inference.OpenAi;
using Understudy.Inference.PromptCompression;
using Understudy.Workflows.Limits;

namespace Understudy.Api.Compression;

/// <summary>Reads what is to be compressed: a <c>context</c> or <c>documents</c> with what they are read for, or the <c>messages</c> of a chat.</summary>
internal static class CompressRequestReader
{
    private static readonly string[] Known = ["context", "documents", "messages", "question", "instruction", "ratio", "protected", "keepOrder", "conversation", "leadMillisecondsPerThousandTokens"];

    /// <exception cref="RequestInvalidException">A field is wrong.</exception>
    public static CompressRequest Read(JsonElement body, UnderstudyLimits limits)
    {
        var fields = RequestFields.Body(body);
        if (body.EnumerateObject().FirstOrDefault(field => !Known.Contains(field.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
        {
            throw ApiProblems.UnknownField(unknown.Name, string.Join(", ", Known));
        }

        string[] sources = [.. ((string[])["context", "documents", "messages"]).Where(name => fields.Optional(name) is not null)];
        if (sources.Length != 1)
        {
            throw new RequestInvalidException("The request must have exactly one of 'context', 'documents' and 'messages'. Send one of them.", "context", RequestInvalidException.Missing);
        }

        var options = Options(fields);
        if (sources[0] == "messages")
        {
            foreach (var name in (string[])["question", "instruction", "keepOrder", "conversation"])
            {
                if (fields.Optional(name) is not null)
                {
                    throw new RequestInvalidException($"'{name}' does not go with 'messages', whose roles say it. Leave it out.", name, RequestInvalidException.Unsupported);
                }
            }

            var turns = ChatTurns.Read(fields);
            Limit("messages", turns.Sum(turn => turn.Content.Length), limits);
            return new(null, turns, options, [.. body.GetProperty("messages").EnumerateArray()]);
        }

        var prompt = new PromptParts
        {
            Instruction = Text(fields, "instruction"),
            Documents = sources[0] == "context" ? PromptDocument.Paragraphs(fields.RequiredText("context")) : Documents(fields),
            Question = Text(fields, "question"),
        };
        // What is empty leaves no character behind, and is read all the same.
        Limit(sources[0], prompt.ToString().Length + prompt.Documents.Count(document => document.Text.Length == 0), limits);
        return new(prompt, null, options);
    }

    private static CompressionOptions Options(RequestFields fields)
    {
        var options = new CompressionOptions();
        options = options with
        {
            Ratio = fields.Number("ratio", double.MinValue, double.MaxValue) ?? options.Ratio,
            Protected = fields.Texts("protected", CompressionOptions.MaxProtected),
            Reorder = !fields.Flag("keepOrder"),
            Consecutive = fields.Flag("conversation"),
            LeadMillisecondsPerThousandTokens = fields.Number("leadMillisecondsPerThousandTokens", double.MinValue, double.MaxValue),
        };

        // Each problem begins with its field's name.
        return options.Problems() is not [var first, ..] ? options : throw new RequestInvalidException($"{string.Join("; ", options.Problems())}.", first[..first.IndexOf(' ')]);
    }

    private static List<PromptDocument> Documents(RequestFields fields)
    {
        const string What = "an array of strings, or of objects with 'text' and perhaps 'title'";
        var documents = fields.Required("documents", What);
        if (documents.ValueKind != JsonValueKind.Array || documents.GetArrayLength() == 0)
        {
            throw fields.Wrong("documents", documents, $"{What}, with at least one");
        }

        return [.. documents.EnumerateArray().Select((document, index) => document.ValueKind switch
        {
            JsonValueKind.String => new PromptDocument(RequestFields.Text(document)),
            JsonValueKind.Object => Document(new(document, $"documents[{index}].")),
            _ => throw fields.Wrong($"documents[{index}]", document, "a string, or an object with 'text'"),
        })];
    }

    private static PromptDocument Document(RequestFields fields) => new(fields.RequiredText("text"), fields.Optional("title") is null ? null : fields.RequiredText("title"));

    private static string Text(RequestFields fields, string name) => fields.Optional(name) switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } text => RequestFields.Text(text),
        { } other => throw fields.Wrong(name, other, "a string"),
    };

    private static void Limit(string field, int length, UnderstudyLimits limits)
    {
        if (length > limits.InputCharacters)
        {
            throw ApiProblems.InputTooLong(field, length, limits.InputTokens, limits.InputCharacters);
        }
    }
}
