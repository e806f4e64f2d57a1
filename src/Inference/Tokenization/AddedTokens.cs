namespace Understudy.Inference.Tokenization;

/// <summary>Finds added tokens in a text: leftmost first, of those that start at one place the longest.</summary>
internal sealed class AddedTokens(IEnumerable<AddedToken> tokens)
{
    private readonly ILookup<char, AddedToken> _byFirst = tokens.OrderByDescending(token => token.Content.Length).ToLookup(token => token.Content[0]);

    /// <summary>The stretches of a text: either a token's id, or text without any.</summary>
    public IEnumerable<(string? Text, int Id)> Split(string text, bool special)
    {
        if (_byFirst.Count == 0)
        {
            yield return (text, -1);
            yield break;
        }

        var from = 0;
        for (var at = 0; at < text.Length;)
        {
            if (Find(text, at, special) is not { } token)
            {
                at++;
                continue;
            }

            var end = token.StripLeft ? from + text.AsSpan(from, at - from).TrimEnd().Length : at;
            if (end > from)
            {
                yield return (text[from..end], -1);
            }

            yield return (null, token.Id);
            at += token.Content.Length;
            if (token.StripRight)
            {
                at = text.Length - text.AsSpan(at).TrimStart().Length;
            }

            from = at;
        }

        if (from < text.Length)
        {
            yield return (text[from..], -1);
        }
    }

    private AddedToken? Find(string text, int at, bool special) => _byFirst[text[at]].FirstOrDefault(token =>
        (special || !token.Special)
        && text.AsSpan(at).StartsWith(token.Content, StringComparison.Ordinal)
        && !(token.SingleWord && ((at > 0 && char.IsLetterOrDigit(text[at - 1])) || (at + token.Content.Length < text.Length && char.IsLetterOrDigit(text[at + token.Content.Length])))));
}
