using System.Text.Json;

namespace Understudy.Inference.Leads;

/// <summary>Reads the label that a model wrote. Strictly: a label with other words around it is no answer.</summary>
internal static class LabelText
{
    /// <summary>The fields of an answer that is held to a schema.</summary>
    public const string Field = "label", ExplanationField = "explanation";

    private const string Prefix = "label:";

    /// <returns>The label's index and where it begins in the text.</returns>
    /// <exception cref="LeadAnswerInvalidException">It names none of the labels.</exception>
    public static (int Label, int Start) Read(string text, IReadOnlyList<string> labels)
    {
        foreach (var how in (StringComparison[])[StringComparison.Ordinal, StringComparison.OrdinalIgnoreCase])
        {
            foreach (var answer in Candidates(text.Trim()))
            {
                for (var i = 0; i < labels.Count; i++)
                {
                    if (string.Equals(answer, labels[i], how))
                    {
                        return (i, Start(text, answer));
                    }
                }
            }
        }

        throw Invalid(text, labels);
    }

    /// <summary>What may be the label, the longest first: one may itself end in a stop or a quote.</summary>
    private static string[] Candidates(string answer)
    {
        if (answer.StartsWith('{'))
        {
            return Json(answer, Field) is { } label ? [label] : [];
        }

        answer = answer.Split('\n', 2)[0].Trim();
        answer = answer.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? answer[Prefix.Length..].Trim() : answer;
        var bare = answer.Trim(' ', '"', '\'', '`', '*');
        return [answer, bare, bare.Trim(' ', '"', '\'', '`', '*', '.')];
    }

    /// <summary>The sentence beside the label; null when there is none.</summary>
    public static string? Explanation(string text) => Json(text, ExplanationField)?.Trim();

    /// <summary>Behind the colon where there is one: before it stands a field's name, which may be the label's own text.</summary>
    private static int Start(string text, string answer)
    {
        var behind = text.IndexOf(answer, Math.Max(0, text.IndexOf(':')), StringComparison.Ordinal);
        return behind >= 0 ? behind : Math.Max(0, text.IndexOf(answer, StringComparison.Ordinal));
    }

    private static string? Json(string answer, string field)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>It ends in logs, so it quotes nothing.</summary>
    private static LeadAnswerInvalidException Invalid(string text, IReadOnlyList<string> labels) =>
        new($"It answered {(text.Trim().Length == 0 ? "nothing" : $"{text.Length} characters")}, which is none of the {labels.Count} labels.");
}
