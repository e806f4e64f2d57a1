using System.Runtime.InteropServices;

namespace Understudy.Inference.PromptCompression;

/// <summary>
/// The words that must stay, compared without case, accents, and punctuation around them, also within what is written without white space. One may be several words of a text, as in Chinese and
/// Japanese, where each character is one.
/// </summary>
internal sealed class ProtectedWords
{
    /// <summary>Of all protected words, so that a text's word is looked at once for all that begin alike.</summary>
    private readonly Node _root = new();

    public ProtectedWords(IEnumerable<string> words)
    {
        foreach (var word in words)
        {
            var node = _root;
            foreach (var core in Trimmed(Cores(PromptText.Read(word))))
            {
                node = CollectionsMarshal.GetValueRefOrAddDefault(node.Next, core, out _) ??= new();
            }

            node.IsEnd |= node != _root;
        }
    }

    public bool IsEmpty => _root.Next.Count == 0;

    /// <summary>Of a text's words, whether each must stay.</summary>
    /// <param name="cancellationToken">Heard now and then.</param>
    public bool[] Stay(PromptText text, CancellationToken cancellationToken)
    {
        const int Often = 1024;
        var cores = Cores(text);
        var stay = new bool[cores.Length];
        for (var i = 0; i < cores.Length; i++)
        {
            if (i % Often == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            stay.AsSpan(i, Count(text, cores, i)).Fill(true);
            stay[i] |= IsWithin(cores[i]);
        }

        return stay;
    }

    /// <summary>Whether a protected word is part of one that is written without white space, such as <c>either/or</c> or <c>somebody's</c>.</summary>
    private bool IsWithin(ReadOnlySpan<char> core)
    {
        var nodes = _root.Next.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int start = 0, end; start < core.Length; start = end + 1)
        {
            for (end = start; end < core.Length && PromptText.IsCore(core[end]);)
            {
                end++;
            }

            if (end - start < core.Length && nodes.TryGetValue(core[start..end], out var node) && node.IsEnd)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How many words of a text must stay from one on, of those that begin there; 0 for none.</summary>
    private int Count(PromptText text, string[] cores, int word)
    {
        var (node, count) = (_root, 0);
        for (var i = word; i < cores.Length && (i == word || text.Words[i].Start >= text.Words[i].Visible) && node.Next.TryGetValue(cores[i], out var next); i++)
        {
            node = next;
            count = node.IsEnd ? i - word + 1 : count;
        }

        return count;
    }

    private static IEnumerable<string> Trimmed(string[] cores) =>
        cores.SkipWhile(core => core.Length == 0).Reverse().SkipWhile(core => core.Length == 0).Reverse();

    private static string[] Cores(PromptText text) => [.. text.Words.Select(word => Terms.Fold(text.Core(word).ToString()))];

    private sealed class Node
    {
        public Dictionary<string, Node> Next { get; } = [];

        public bool IsEnd { get; set; }
    }
}
