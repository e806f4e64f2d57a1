using System.Text;
using Understudy.Inference.Grammars;

namespace Understudy.Inference.Tokenization;

/// <summary>
/// A tokenizer as its <c>tokenizer.json</c> describes it: BPE or WordPiece behind normalizers, pre-tokenizers and added tokens, as the
/// Hugging Face tools write it. Immutable, so safe to share between threads.
/// </summary>
public sealed class TextTokenizer
{
    private static readonly string[] EndOfTextNames = [BpeTraining.EndOfTextToken, "</s>", "<|end_of_text|>", "<eos>", "<|im_end|>", "<|eot_id|>"];

    private readonly TokenizerParts _parts;
    private readonly AddedTokens _raw;
    private readonly AddedTokens _normalized;
    private readonly byte[][] _bytes;
    private readonly bool[] _special;
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<int, string> _added = [];
    private readonly byte[] _file;
    private readonly Lazy<TokenTrie> _trie;

    internal TextTokenizer(TokenizerParts parts, byte[] file)
    {
        _parts = parts;
        _file = file;
        _raw = new(parts.Added.Where(token => !token.Normalized));
        _normalized = new(parts.Added.Where(token => token.Normalized)
            .Select(token => token with { Content = parts.Normalizer?.Apply(token.Content) ?? token.Content })
            .Where(token => token.Content.Length > 0));
        _ids = new(parts.Vocabulary, StringComparer.Ordinal);
        VocabularySize = Math.Max(parts.Vocabulary.Values.Max(), parts.Added.Select(token => token.Id).DefaultIfEmpty(-1).Max()) + 1;
        _bytes = new byte[VocabularySize][];
        _special = new bool[VocabularySize];
        foreach (var (token, id) in parts.Vocabulary)
        {
            _bytes[id] = parts.Decoder.Bytes(token, first: false);
        }

        foreach (var token in parts.Added)
        {
            _ids[token.Content] = token.Id;
            _added[token.Id] = token.Content;
            _bytes[token.Id] = parts.Decoder.AddedBytes(token.Content, first: false);
            _special[token.Id] = token.Special;
        }

        _trie = new(() => new([.. _bytes.Select((bytes, token) => _special[token] ? null : bytes)]));
        EndOfText = EndOfTextNames.Where(_ids.ContainsKey).Select(name => (int?)_ids[name]).FirstOrDefault();
    }

    /// <summary>One more than the highest id.</summary>
    public int VocabularySize { get; }

    /// <summary>The token that ends a document or an answer; null when the file has none of the usual names for it.</summary>
    public int? EndOfText { get; }

    /// <summary>How often the file's template has the text: 1, but for models that read it more than once.</summary>
    public int Readings => _parts.Template.Count(piece => piece is null);

    /// <exception cref="TokenizerInvalidException">The file cannot be read, is malformed, or has a part that is not known.</exception>
    public static TextTokenizer Load(string path)
    {
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerInvalidException($"The tokenizer '{path}' cannot be read: {error.Message}", error);
        }

        try
        {
            return Parse(file);
        }
        catch (TokenizerInvalidException error)
        {
            throw new TokenizerInvalidException($"'{path}': {error.Message}", error);
        }
    }

    /// <param name="json">The content of a tokenizer.json.</param>
    /// <exception cref="TokenizerInvalidException">It is malformed, or has a part that is not known.</exception>
    public static TextTokenizer Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return new(TokenizerReader.Read(json), json.ToArray());
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // half a surrogate pair, say, or a mark of no characters
            throw new TokenizerInvalidException($"The file has a part that cannot be used: {error.Message} Copy or export tokenizer.json again.", error);
        }
    }

    /// <summary>The same tokenizer with another template: names of special tokens in order, null where the text stands.</summary>
    /// <exception cref="TokenizerInvalidException">The vocabulary lacks one of the tokens.</exception>
    public TextTokenizer WithTemplate(IReadOnlyList<string?> pieces) => Parse(TokenizerJson.WithTemplate(_file, pieces, token => _ids.TryGetValue(token, out var id)
        ? id
        : throw new TokenizerInvalidException($"The template names the token '{token}', which the vocabulary lacks. Name one of its special tokens.")));

    /// <summary>Writes the file that this can be read from.</summary>
    public void Save(string path) => AtomicFile.Write(Path.GetFullPath(path), _file);

    /// <param name="text">Any text; a surrogate without its other half is read as U+FFFD.</param>
    /// <param name="special">Whether text that looks like a special token is read as that token. Leave it off for what users wrote.</param>
    /// <param name="template">Whether the special tokens that the file puts around a text (a start token, say) are added.</param>
    /// <param name="begun">Whether the text goes on from another: then nothing is put before it that a tokenizer puts before a text.</param>
    public int[] Encode(string text, bool special = false, bool template = false, bool begun = false)
    {
        var ids = new List<int>((text.Length / 3) + 4);
        var place = begun ? StretchPlace.Continued : StretchPlace.First;
        foreach (var (stretch, token) in _raw.Split(Whole(text), special))
        {
            if (stretch is null)
            {
                ids.Add(token);
                place = StretchPlace.Later;
                continue;
            }

            var normal = place == StretchPlace.Continued ? _parts.Normalizer?.Continue(stretch) : _parts.Normalizer?.Apply(stretch);
            foreach (var (part, added) in _normalized.Split(normal ?? stretch, special))
            {
                if (part is null)
                {
                    ids.Add(added);
                    place = StretchPlace.Later;
                    continue;
                }

                foreach (var piece in _parts.PreTokenizer?.Apply(part, place) ?? [part])
                {
                    _parts.Model.Encode(piece, ids);
                }

                place = StretchPlace.Later;
            }
        }

        return template ? [.. _parts.Template.SelectMany(piece => piece is { } token ? [token] : ids)] : [.. ids];
    }

    /// <param name="special">Whether special tokens are written out; without, they are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> ids, bool special = false)
    {
        var stream = new TokenTextStream(this, special);
        var text = new StringBuilder();
        foreach (var id in ids)
        {
            text.Append(stream.Append(id));
        }

        return text.Append(stream.Flush()).ToString();
    }

    /// <summary>The bytes that a token adds to a text that has begun; a special token's are those of its name. Empty for an id without a token.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not in the vocabulary.</exception>
    public ReadOnlySpan<byte> TokenBytes(int id) => _bytes[Checked(id)] ?? [];

    /// <exception cref="ArgumentOutOfRangeException">The id is not in the vocabulary.</exception>
    public bool IsSpecial(int id) => _special[Checked(id)];

    /// <summary>The id of a token by its name in the file; null when there is none.</summary>
    public int? Id(string token) => _ids.TryGetValue(token, out var id) ? id : null;

    /// <summary>A token's bytes at the start of a text or within it.</summary>
    internal ReadOnlySpan<byte> Bytes(int id, bool first) =>
        !first ? TokenBytes(id)
        : _added.TryGetValue(Checked(id), out var added) ? _parts.Decoder.AddedBytes(added, first: true)
        : _parts.Names.Value.TryGetValue(id, out var token) ? _parts.Decoder.Bytes(token, first: true)
        : [];

    /// <summary>The tokens that are not special by their bytes: large, so one for all who need it.</summary>
    internal TokenTrie Trie => _trie.Value;

    internal bool TrimsEnd => _parts.Decoder.TrimsEnd;

    private int Checked(int id) => (uint)id < (uint)VocabularySize
        ? id
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"There is no token {id}; ids run from 0 to {VocabularySize - 1}.");

    private static string Whole(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsSurrogate(text[at]) && !(at + 1 < text.Length && char.IsSurrogatePair(text[at], text[++at])))
            {
                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            }
        }

        return text;
    }
}
