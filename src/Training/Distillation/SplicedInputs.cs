namespace Understudy.Training.Distillation;

/// <summary>
/// New inputs where no lead can write them: the beginning of one text and the end of another that share a label. They are asked of the lead,
/// like anything that a lead writes itself (data distillation).
/// </summary>
internal static class SplicedInputs
{
    /// <param name="texts">Seeds and their labels.</param>
    /// <param name="count">How many are tried.</param>
    public static IEnumerable<(string Text, int Label)> Write(IReadOnlyList<(string Text, int Label)> texts, int count, Random random)
    {
        var alike = texts.GroupBy(text => text.Label).Select(group => group.Select(text => text.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 1).ToArray())
            .Zip(texts.Select(text => text.Label).Distinct()).Where(pair => pair.First.Length > 1).ToArray();
        for (var made = 0; made < count && alike.Length > 0; made++)
        {
            var (group, label) = alike[random.Next(alike.Length)];
            var (first, second) = (group[random.Next(group.Length)], group[random.Next(group.Length)]);
            yield return (string.Join(' ', first[..random.Next(1, first.Length)].Concat(second[random.Next(1, second.Length)..])), label);
        }
    }
}
