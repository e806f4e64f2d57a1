namespace Understudy.Inference.Grammars;

/// <summary>A vocabulary's tokens by their bytes, so that all that begin alike are looked at once. Arrays, because whole vocabularies are walked.</summary>
internal sealed class TokenTrie
{
    private readonly ByteTrie _builder = new();
    private readonly int[][] _tokens;
    private readonly (byte Byte, int Node)[][] _children;
    private readonly IReadOnlyList<byte[]?> _bytes;

    /// <param name="bytes">Of each token; null or empty for one that is no text.</param>
    public TokenTrie(IReadOnlyList<byte[]?> bytes)
    {
        _bytes = bytes;
        Dictionary<int, List<int>> same = [];
        List<int> first = [];
        for (var token = 0; token < bytes.Count; token++)
        {
            if (bytes[token] is not { Length: > 0 } text)
            {
                continue;
            }

            if (_builder.Add(text, first.Count))
            {
                first.Add(token);
            }
            else
            {
                var node = 0;
                foreach (var next in text)
                {
                    node = _builder.Child(node, next);
                }

                (same.TryGetValue(node, out var others) ? others : same[node] = []).Add(token);
            }
        }

        _tokens = new int[_builder.Count][];
        _children = new (byte, int)[_builder.Count][];
        for (var node = 0; node < _builder.Count; node++)
        {
            _tokens[node] = _builder.Value(node) < 0 ? [] : [first[_builder.Value(node)], .. same.GetValueOrDefault(node, [])];
            _children[node] = [.. _builder.Children(node).Select(child => (child.Key, child.Value))];
        }

        HasEveryByte = _children[0].Length == 256 && _children[0].All(child => _tokens[child.Node].Length > 0);
    }

    /// <summary>Tokens, those that are no text among them.</summary>
    public int Vocabulary => _bytes.Count;

    /// <summary>Whether every byte is a token by itself.</summary>
    public bool HasEveryByte { get; }

    /// <summary>The bytes of a token; empty for one that is no text.</summary>
    public ReadOnlySpan<byte> Bytes(int token) => _bytes[token];

    public ReadOnlySpan<(byte Byte, int Node)> Children(int node) => _children[node];

    /// <summary>Tokens that have exactly these bytes.</summary>
    public ReadOnlySpan<int> Tokens(int node) => _tokens[node];

    /// <summary>The least number of tokens that spell this text, or <see cref="int.MaxValue"/>.</summary>
    public int LeastTokens(ReadOnlySpan<byte> text)
    {
        var least = new int[text.Length + 1]; // of the text from a place on
        for (var start = text.Length - 1; start >= 0; start--)
        {
            least[start] = int.MaxValue;
            var node = 0;
            for (var end = start; end < text.Length && (node = _builder.Child(node, text[end])) >= 0; end++)
            {
                if (_tokens[node].Length > 0 && least[end + 1] != int.MaxValue)
                {
                    least[start] = Math.Min(least[start], least[end + 1] + 1);
                }
            }
        }

        return least[0];
    }
}
