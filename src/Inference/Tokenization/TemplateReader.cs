using System.Text.Json;

namespace Understudy.Inference.Tokenization;

/// <summary>Reads which tokens a file's post-processor puts before and after a single text.</summary>
internal static class TemplateReader
{
    private const string Known = "TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel and Sequence";

    public static (IReadOnlyList<int> Before, IReadOnlyList<int> After) Read(TokenizerNode? node, Func<string, int?> find)
    {
        switch (node?.Type)
        {
            case null or "ByteLevel":
                return ([], []);
            case "Sequence":
                var all = node.List("processors").Select(step => Read(step, find)).ToArray();
                return ([.. all.Reverse().SelectMany(step => step.Before)], [.. all.SelectMany(step => step.After)]);
            case "BertProcessing" or "RobertaProcessing":
                return ([Pair(node, "cls")], [Pair(node, "sep")]);
            case "TemplateProcessing":
                var (before, after) = (new List<int>(), new List<int>());
                var target = before;
                foreach (var step in node.List("single"))
                {
                    if (step.Optional("Sequence") is not null)
                    {
                        target = after;
                    }
                    else
                    {
                        var token = step.Required("SpecialToken").Text("id");
                        target.Add(find(token) ?? throw step.Invalid($"names the token '{token}', which the vocabulary lacks"));
                    }
                }

                return (before, after);
            default:
                throw node.UnknownType(Known);
        }
    }

    private static int Pair(TokenizerNode node, string name) =>
        node.Find(name) is { ValueKind: JsonValueKind.Array } pair && pair.GetArrayLength() == 2 && pair[1].TryGetInt32(out var id)
            ? id
            : throw node.Invalid($"has no pair of token and id as '{name}'");
}
