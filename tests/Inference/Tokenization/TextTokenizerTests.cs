using System.Text;
using CsCheck;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Tests.Tokenization;

public sealed class TextTokenizerTests
{
    private static readonly TextTokenizer Trained = BpeTrainer.Train(
        ["the cat sat on the mat; the dog sat on the log", "el gato se sentó en la alfombra — ¿verdad?", "наступила осень, осень пришла"],
        new() { Vocabulary = 380, SpecialTokens = ["<|endoftext|>", "<|call|>"] });

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char["the cats on mät осень \n\t  <|call|>"], 0, 40],
        Gen.Int[0, 0x10FFFF].Where(value => value is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32).Array[0, 20].Select(string.Concat));

    [Fact]
    public void Decode_OfEncode_IsTheText() => Text.Sample(text => Assert.Equal(text, Trained.Decode(Trained.Encode(text))), iter: 3000);

    [Fact]
    public void TokenBytes_OfAllTokens_AreTheTextsBytes() => Text.Sample(
        text => Assert.Equal(Encoding.UTF8.GetBytes(text), Trained.Encode(text).SelectMany(id => Trained.TokenBytes(id).ToArray())), iter: 1000);

    [Fact]
    public void Append_TokenByToken_GivesTheTextAndNeverHalfACharacter() => Text.Sample(
        text =>
        {
            var stream = new TokenTextStream(Trained);
            var parts = Trained.Encode(text).Select(stream.Append).ToArray();
            Assert.All(parts, part => Assert.False(part.Length > 0 && (char.IsHighSurrogate(part[^1]) || char.IsLowSurrogate(part[0]))));
            Assert.Equal(text, string.Concat(parts) + stream.Flush());
        },
        iter: 1000);

    [Fact]
    public void Parse_SavedFile_EncodesAlike()
    {
        var path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"), "tokenizer.json");
        try
        {
            Trained.Save(path);
            var read = TextTokenizer.Load(path);
            Assert.Equal(Trained.VocabularySize, read.VocabularySize);
            Text.Sample(text => Assert.Equal(Trained.Encode(text), read.Encode(text)), iter: 300);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    [Fact]
    public void Encode_SpecialTokenInText_IsReadOnlyWhenAskedFor()
    {
        var call = Trained.Id("<|call|>")!.Value;

        Assert.DoesNotContain(call, Trained.Encode("the<|call|>cat"));
        Assert.Contains(call, Trained.Encode("the<|call|>cat", special: true));
        Assert.Equal("thecat", Trained.Decode(Trained.Encode("the<|call|>cat", special: true)));
        Assert.Equal("the<|call|>cat", Trained.Decode(Trained.Encode("the<|call|>cat", special: true), special: true));
    }

    [Fact]
    public void Encode_HalfASurrogatePair_IsAReplacementCharacter() => Assert.Equal("a\uFFFDb", Trained.Decode(Trained.Encode("a\uD800b")));

    [Fact]
    public void Flush_CutCharacter_IsAReplacementCharacter()
    {
        var ids = Trained.Encode("😀");
        var stream = new TokenTextStream(Trained);

        Assert.Equal("", string.Concat(ids[..^1].Select(stream.Append)));
        Assert.Equal("\uFFFD", stream.Flush());
    }

    [Fact]
    public void TokenBytes_IdOutsideOfTheVocabulary_SaysWhichIdsThereAre()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Trained.TokenBytes(Trained.VocabularySize).Length);
        Assert.Contains($"0 to {Trained.VocabularySize - 1}", error.Message, StringComparison.Ordinal);
    }
}
