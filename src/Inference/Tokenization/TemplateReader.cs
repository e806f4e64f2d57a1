using System.Text.Json;

namespace Understudy.Inference.Tokenization;

/// <summary>Reads what a file's post-processor makes of a single text: tokens in order, null where the text stands.</summary>
internal static class TemplateReader
{
    private const string Known = "TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel and Sequence";

    private static readonly int?[] Alone = [null];

    public static IReadOnlyList<int?> Read(TokenizerNode? node, Func<string, int?> find) => node?.Type switch
    {
        null or "ByteLevel" => Alone,
        "Sequence" => node.List("processors").Aggregate((IReadOnlyList<int?>)Alone, (inner, step) => [.. Read(step, find).SelectMany(piece => piece is null ? inner : [piece])]),
        "BertProcessing" or "RobertaProcessing" => [Pair(node, "cls"), null, Pair(node, "sep")],
        "TemplateProcessing" => [.. node.List("single").Select(step => Piece(step, find))],
        _ => throw node.UnknownType(Known),
    };

    private static int? Piece(TokenizerNode step, Func<string, int?> find)
    {
        if (step.Optional("Sequence") is not null)
        {
            return null;
        }

        var token = step.Required("SpecialToken").Text("id");
        return find(token) ?? throw step.Invalid($"names the token '{token}', which the vocabulary lacks");
    }

    private static int Pair(TokenizerNode node, string name) =>
        node.Find(name) is { ValueKind: JsonValueKind.Array } pair && pair.GetArrayLength() == 2 && pair[1].ValueKind == JsonValueKind.Number && pair[1].TryGetInt32(out var id)
            ? id
            : throw node.Invalid($"has no pair of token and id as '{name}'");
}
