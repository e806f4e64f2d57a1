namespace Understudy.Inference.PromptCompression;

/// <summary>English words that hold sentences together and say nothing about their subject. A question is not looked for by them.</summary>
internal static class FunctionWords
{
    private static readonly HashSet<string> All =
    [
        .. """
           a an the of in on at to for from by with and or but nor if than then so as not into onto upon about over under between among during
           is are was were be been being am do does did has have had having can could may might must shall should will would
           this that these those it its they their them he him his she her we us our you your i my me there
           who whom whose which what when where why how much many also such both each other some any all no only just very while because although
           """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
    ];

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup = All.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <param name="word">In lower case.</param>
    public static bool Contains(ReadOnlySpan<char> word) => Lookup.Contains(word);
}
