namespace Understudy.Inference.Grammars;

/// <summary>Bytes that a grammar lets follow, as far as it leaves no choice but at the forks.</summary>
/// <param name="Bytes">At least one.</param>
/// <param name="Forks">Places in <paramref name="Bytes"/> at which one of a few others could stand instead.</param>
internal sealed record GrammarWay(byte[] Bytes, int[] Forks)
{
    /// <summary>Adds every way from a place, in the order of their bytes.</summary>
    public static void Follow(GrammarState from, TokenGrammar grammar, int mostBytes, int mostForks, List<GrammarWay> ways) =>
        Follow(from, grammar, mostBytes, mostForks, [], [], ways);

    private static void Follow(GrammarState at, TokenGrammar grammar, int mostBytes, int mostForks, List<byte> bytes, List<int> forks, List<GrammarWay> ways)
    {
        var few = at.Few(grammar);
        for (; few.Count == 1 && bytes.Count < mostBytes; few = at.Few(grammar))
        {
            bytes.Add(few[0].Byte);
            at = few[0].State;
        }

        if (few.Count > 1 && bytes.Count < mostBytes && forks.Count < mostForks)
        {
            foreach (var (next, state) in few)
            {
                Follow(state, grammar, mostBytes, mostForks, [.. bytes, next], [.. forks, bytes.Count], ways);
            }
        }
        else if (bytes.Count > 0)
        {
            ways.Add(new([.. bytes], [.. forks]));
        }
    }
}
