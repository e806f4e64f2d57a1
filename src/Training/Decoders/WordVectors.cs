using System.Runtime.InteropServices;
using Understudy.Inference.Tokenization;
using static TorchSharp.torch;

namespace Understudy.Training.Decoders;

/// <summary>Vectors of words, such as GloVe's (Pennington et al., 2014): words of like use stand near one another before any training.</summary>
internal sealed class WordVectors
{
    public const string WordsFile = "words.txt";

    private const string VectorsFile = "vectors.f16.bin";

    /// <summary>Spread of the embeddings that a model starts from: wide enough to survive the first steps.</summary>
    private const double Spread = 0.1;

    private readonly Dictionary<string, int> _rows;
    private readonly float[] _values;
    private readonly int _width;

    private WordVectors(Dictionary<string, int> rows, float[] values)
    {
        (_rows, _values) = (rows, values);
        _width = values.Length / rows.Count;
    }

    /// <param name="folder">With <c>words.txt</c>, a word a line, and <c>vectors.f16.bin</c>, their vectors in half precision, one after another.</param>
    /// <exception cref="InvalidDataException">The two files do not fit.</exception>
    public static WordVectors Load(string folder)
    {
        var words = File.ReadAllText(Path.Combine(folder, WordsFile)).TrimEnd('\n').Split('\n');
        var values = Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(File.ReadAllBytes(Path.Combine(folder, VectorsFile))).ToArray(), value => (float)value);
        var rows = words.Select((word, row) => (word, row)).ToDictionary(pair => pair.word, pair => pair.row, StringComparer.Ordinal);
        return values.Length > 0 && values.Length % words.Length == 0
            ? new(rows, values)
            : throw new InvalidDataException($"'{folder}' has {words.Length} words, but {values.Length} numbers, which are not as many for each. Get the two files again.");
    }

    /// <summary>
    /// Gives embeddings their start: tokens that are words get their vectors, projected at random to the model's width (distances survive;
    /// Johnson and Lindenstrauss, 1984), the others random ones of the same spread.
    /// </summary>
    /// <param name="embeddings">[V, D]</param>
    /// <returns>How many tokens are words.</returns>
    public int Start(Tensor embeddings, TextTokenizer tokenizer)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var (count, width) = (tokenizer.VocabularySize, embeddings.shape[1]);
        var vectors = new float[count * _width];
        var known = new float[count];
        for (var id = 0; id < count; id++)
        {
            if (!tokenizer.IsSpecial(id) && _rows.TryGetValue(tokenizer.Decode([id]).ToLowerInvariant(), out var row))
            {
                _values.AsSpan(row * _width, _width).CopyTo(vectors.AsSpan(id * _width));
                known[id] = 1;
            }
        }

        var projected = tensor(vectors, [count, _width]).matmul(randn(_width, width));
        var share = tensor(known, [count, 1]);
        var scale = Spread / projected.square().sum().div(share.sum() * width).sqrt();
        embeddings.copy_((projected * scale) + (randn(count, width) * Spread * (1 - (0.7 * share))));
        return (int)known.Sum();
    }
}
