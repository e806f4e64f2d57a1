using System.Text;
using Microsoft.ML.Tokenizers;

namespace Understudy.Inference.Tokenization;

/// <summary>Turns one piece of text into tokens. Thread-safe.</summary>
internal abstract class SubwordModel
{
    public abstract void Encode(string piece, List<int> ids);
}

/// <summary>Byte-pair encoding, with Microsoft.ML.Tokenizers doing the merges of all but long pieces.</summary>
/// <param name="longMerges">For those; made when there is one, which most tokenizers never see.</param>
/// <param name="ignoreMerges">A piece that is a token is that token, whatever the merges say.</param>
/// <param name="byteFallback">Characters that the vocabulary lacks become <c>&lt;0xNN&gt;</c> tokens.</param>
internal sealed class BpeModel(BpeTokenizer merges, Lazy<BpeMerges> longMerges, IReadOnlyDictionary<string, int> vocabulary, bool byteLevel, bool ignoreMerges, bool byteFallback) : SubwordModel
{
    /// <summary>In characters; from here on our own merges are the faster ones.</summary>
    internal const int LongPiece = 256;

    public override void Encode(string piece, List<int> ids)
    {
        if (ignoreMerges && vocabulary.TryGetValue(byteLevel ? ByteLevelAlphabet.Write(Encoding.UTF8.GetBytes(piece)) : piece, out var whole))
        {
            ids.Add(whole);
        }
        else if (byteFallback)
        {
            EncodeKnown(piece, ids);
        }
        else
        {
            Merge(piece, ids);
        }
    }

    /// <summary>A character without a token takes part in no merge, so what stands on its two sides can be encoded apart.</summary>
    private void EncodeKnown(string piece, List<int> ids)
    {
        var start = 0;
        for (var at = 0; at < piece.Length;)
        {
            var length = char.IsHighSurrogate(piece[at]) && at + 1 < piece.Length ? 2 : 1;
            if (!vocabulary.ContainsKey(piece.Substring(at, length)))
            {
                Merge(piece[start..at], ids);
                foreach (var value in Encoding.UTF8.GetBytes(piece.Substring(at, length)))
                {
                    ids.Add(vocabulary[$"<0x{value:X2}>"]);
                }

                start = at + length;
            }

            at += length;
        }

        Merge(piece[start..], ids);
    }

    private void Merge(string piece, List<int> ids)
    {
        if (piece.Length >= LongPiece)
        {
            longMerges.Value.Encode(piece, ids);
        }
        else if (piece.Length > 0)
        {
            ids.AddRange(merges.EncodeToIds(piece, considerPreTokenization: false, considerNormalization: false));
        }
    }
}

/// <summary>The longest token that begins the rest of a word, again and again; the unknown token when there is none (Schuster and Nakajima, 2012).</summary>
internal sealed class WordPieceModel(IReadOnlyDictionary<string, int> vocabulary, string prefix, int unknown, int maxCharacters) : SubwordModel
{
    public override void Encode(string piece, List<int> ids)
    {
        var begin = ids.Count;
        if (piece.Length > maxCharacters)
        {
            ids.Add(unknown);
            return;
        }

        for (var start = 0; start < piece.Length;)
        {
            var end = piece.Length;
            int id;
            while (!vocabulary.TryGetValue(start == 0 ? piece[..end] : prefix + piece[start..end], out id))
            {
                if (--end == start)
                {
                    ids.RemoveRange(begin, ids.Count - begin);
                    ids.Add(unknown);
                    return;
                }
            }

            ids.Add(id);
            start = end;
        }
    }
}
