using System.Text;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Tests.Tokenization;

public sealed class TokenizerReaderTests
{
    private const string WordPiece = """
        {
          "added_tokens": [ { "id": 0, "content": "[UNK]", "special": true }, { "id": 1, "content": "[CLS]", "special": true }, { "id": 2, "content": "[SEP]", "special": true } ],
          "normalizer": { "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": false, "lowercase": true },
          "pre_tokenizer": { "type": "BertPreTokenizer" },
          "post_processor": { "type": "TemplateProcessing", "single": [ { "SpecialToken": { "id": "[CLS]", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }, { "SpecialToken": { "id": "[SEP]", "type_id": 0 } } ] },
          "decoder": { "type": "WordPiece", "prefix": "##", "cleanup": true },
          "model": { "type": "WordPiece", "unk_token": "[UNK]", "vocab": { "[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "play": 3, "##ing": 4, "the": 5, ".": 6, "##s": 7, "song": 8 } }
        }
        """;

    [Fact]
    public void Read_WordPiece_SplitsWordsAndDecodesThem()
    {
        var tokenizer = Parse(WordPiece);

        Assert.Equal([3, 4, 5, 8, 7, 6], tokenizer.Encode("Playing  the songs."));
        Assert.Equal([1, 5, 2], tokenizer.Encode("the", template: true));
        Assert.Equal("playing the songs.", tokenizer.Decode([1, 3, 4, 5, 8, 7, 6, 2]));
        Assert.Equal([0], tokenizer.Encode("unheard"));
    }

    [Fact]
    public void WithTemplate_TextTwice_IsReadTwiceAndSaved()
    {
        var tokenizer = Parse(WordPiece).WithTemplate(["[CLS]", null, "[SEP]", null, "[SEP]"]);
        var file = Path.GetTempFileName();
        tokenizer.Save(file);
        var read = TextTokenizer.Load(file);
        File.Delete(file);

        Assert.All([tokenizer, read], one => Assert.Equal([1, 5, 8, 2, 5, 8, 2], one.Encode("the song", template: true)));
        Assert.Equal([5, 8], read.Encode("the song"));
        Assert.Equal((1, 2), (Parse(WordPiece).Readings, read.Readings));
        var error = Assert.Throws<TokenizerInvalidException>(() => tokenizer.WithTemplate(["[NONE]", null]));
        Assert.Contains("[NONE]", error.Message, StringComparison.Ordinal);
        Assert.Contains("nowhere has the text", Assert.Throws<TokenizerInvalidException>(() => tokenizer.WithTemplate(["[CLS]"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SequenceOfTemplates_PutsTheLaterOnesOutside()
    {
        const string Two = """{ "type": "Sequence", "processors": [ { "type": "BertProcessing", "cls": ["[CLS]", 1], "sep": ["[SEP]", 2] }, { "type": "RobertaProcessing", "cls": ["[UNK]", 0], "sep": ["song", 8] } ] }""";
        var before = WordPiece.IndexOf("{ \"type\": \"TemplateProcessing\"", StringComparison.Ordinal);
        var after = WordPiece.IndexOf("\"decoder\"", StringComparison.Ordinal);
        Assert.Equal([0, 1, 5, 2, 8], Parse(WordPiece[..before] + Two + ",\n" + WordPiece[after..]).Encode("the", template: true));
    }

    [Theory]
    [InlineData("""{ "type": "ByteLevel", "add_prefix_space": false }""", "I'll go  now 12", "I|'ll|Ġgo|Ġ|Ġnow|Ġ12")]
    [InlineData("""{ "type": "ByteLevel", "add_prefix_space": true }""", "go", "Ġgo")]
    [InlineData("""{ "type": "ByteLevel", "add_prefix_space": true }""", " go", "Ġgo")]
    [InlineData("""{ "type": "ByteLevel", "add_prefix_space": true }""", "\ngo", "Ġ|Ċ|go")]
    [InlineData("""{ "type": "Sequence", "pretokenizers": [ { "type": "Digits", "individual_digits": true }, { "type": "ByteLevel", "add_prefix_space": false } ] }""", "a12", "a|1|2")]
    [InlineData("""{ "type": "Sequence", "pretokenizers": [ { "type": "Split", "pattern": { "String": " " }, "behavior": "MergedWithNext" }, { "type": "ByteLevel", "add_prefix_space": false, "use_regex": false } ] }""", "go now, no", "go|Ġnow,|Ġno")]
    [InlineData("""{ "type": "Sequence", "pretokenizers": [ { "type": "Split", "pattern": { "Regex": "[,.]" }, "behavior": "MergedWithPrevious" }, { "type": "ByteLevel", "add_prefix_space": false, "use_regex": false } ] }""", "go,now.", "go,|now.")]
    [InlineData("""{ "type": "Sequence", "pretokenizers": [ { "type": "Split", "pattern": { "Regex": "\\w+" }, "behavior": "Removed", "invert": true }, { "type": "ByteLevel", "add_prefix_space": false, "use_regex": false } ] }""", "go, now", "go|now")]
    [InlineData("""{ "type": "Sequence", "pretokenizers": [ { "type": "WhitespaceSplit" }, { "type": "ByteLevel", "add_prefix_space": false, "use_regex": false } ] }""", "go,  now", "go,|now")]
    [InlineData("""{ "type": "Sequence", "pretokenizers": [ { "type": "Whitespace" }, { "type": "ByteLevel", "add_prefix_space": false, "use_regex": false } ] }""", "go,  now", "go|,|now")]
    public void Read_PreTokenizer_CutsAsItSays(string preTokenizer, string text, string pieces)
    {
        // Every piece that may come is a token, so that the tokens show the pieces.
        var tokenizer = Parse(Bytes(preTokenizer, pieces.Split('|')));
        Assert.Equal(pieces.Split('|'), tokenizer.Encode(text).Select(id => ByteLevelAlphabet.Write(tokenizer.TokenBytes(id))));
    }

    [Theory]
    [InlineData("""{ "model": { "type": "Unigram", "vocab": [["a", -1.5]] } }""", "model has the type 'Unigram'")]
    [InlineData("""{ "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": ["a b"] } }""", "merge 0 of 'a' and 'b'")]
    [InlineData("""{ "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": ["a"] } }""", "\"a\" as merge 0")]
    [InlineData("""{ "model": { "type": "BPE", "vocab": { "a": -1 }, "merges": [] } }""", "'-1' as the id of 'a'")]
    [InlineData("""{ "model": { "type": "BPE", "vocab": { "a": 0, "b": 0 }, "merges": [] } }""", "id 0 to 2 tokens")]
    [InlineData("""{ "model": { "type": "BPE", "vocab": { }, "merges": [] } }""", "empty 'vocab'")]
    [InlineData("""{ "model": { "type": "BPE", "merges": [] } }""", "no 'vocab'")]
    [InlineData("""{ "pre_tokenizer": { "type": "ByteLevel" }, "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] } }""", "lacks the byte 0x00")]
    [InlineData("""{ "pre_tokenizer": { "type": "UnicodeScripts" }, "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] } }""", "pre_tokenizer has the type 'UnicodeScripts'")]
    [InlineData("""{ "normalizer": { "type": "Sequence", "normalizers": [ { "type": "NFC" }, { "type": "Precompiled" } ] }, "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] } }""", "normalizer.normalizers[1] has the type 'Precompiled'")]
    [InlineData("""{ "decoder": { "type": "CTC" }, "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] } }""", "decoder has the type 'CTC'")]
    [InlineData("""{ "added_tokens": [ { "id": 7, "content": "a" } ], "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] } }""", "added_tokens[0] gives 'a' the id 7")]
    [InlineData("""{ "pre_tokenizer": { "type": "Split", "pattern": { "Regex": "(" }, "behavior": "Isolated" }, "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] } }""", "pre_tokenizer.pattern.Regex")]
    [InlineData("""{ "post_processor": { "type": "BertProcessing", "cls": ["a", "0"], "sep": ["a", 0] }, "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] } }""", "no pair of token and id as 'cls'")]
    [InlineData("""{ "model": { "type": "BPE", "vocab": { "\ud800": 0 }, "merges": [] } }""", "a part that cannot be used")]
    [InlineData("""{ "decoder": { "type": "Metaspace", "replacement": "" }, "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] } }""", "a part that cannot be used")]
    [InlineData("""{ "pre_tokenizer": { "type": "Metaspace", "prepend_scheme": "last" }, "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] } }""", "pre_tokenizer has 'prepend_scheme' 'last'")]
    [InlineData("""{ "model": [] }""", "model is an array where an object is expected")]
    [InlineData("""{ """, "not valid JSON")]
    [InlineData("""[]""", "tokenizer.json is an array")]
    public void Read_FileThatCannotBeUsed_SaysWhatIsWrong(string json, string expected)
    {
        var error = Assert.Throws<TokenizerInvalidException>(() => Parse(json));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MissingFile_NamesIt()
    {
        var error = Assert.Throws<TokenizerInvalidException>(() => TextTokenizer.Load("/nowhere/tokenizer.json"));
        Assert.Contains("/nowhere/tokenizer.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ByteFallback_EncodesUnknownCharactersAsBytes()
    {
        var vocabulary = Enumerable.Range(0, 256).Select(value => $"\"<0x{value:X2}>\": {value + 1}").Prepend("\"<unk>\": 0").Concat(["\"\u2581\": 257", "\"a\": 258", "\"\u2581a\": 259", "\"b\": 260"]);
        var tokenizer = Parse($$"""
            {
              "normalizer": { "type": "Sequence", "normalizers": [ { "type": "Prepend", "prepend": "▁" }, { "type": "Replace", "pattern": { "String": " " }, "content": "▁" } ] },
              "decoder": { "type": "Sequence", "decoders": [ { "type": "Replace", "pattern": { "String": "▁" }, "content": " " }, { "type": "ByteFallback" }, { "type": "Fuse" }, { "type": "Strip", "content": " ", "start": 1, "stop": 0 } ] },
              "model": { "type": "BPE", "unk_token": "<unk>", "byte_fallback": true, "vocab": { {{string.Join(", ", vocabulary)}} }, "merges": ["▁ a"] }
            }
            """);

        Assert.Equal([259, 0xC3 + 1, 0xA9 + 1, 260, 259], tokenizer.Encode("aéb a"));
        Assert.Equal("aéb a", tokenizer.Decode(tokenizer.Encode("aéb a")));
    }

    [Fact]
    public void Read_AddedTokenThatIsNormalized_IsFoundInNormalizedText()
    {
        var tokenizer = Parse(WordPiece.Replace("\"added_tokens\": [", "\"added_tokens\": [ { \"id\": 9, \"content\": \"NewWord\", \"normalized\": true }, { \"id\": 10, \"content\": \"\\u200B\", \"normalized\": true },", StringComparison.Ordinal));

        Assert.Equal([5, 9, 8], tokenizer.Encode("the newWORD song"));
        Assert.Equal([5, 8], tokenizer.Encode("the \u200Bsong")); // nothing is left of that token
    }

    [Fact]
    public void Decode_AddedToken_IsWrittenAsTheDecoderWritesWords()
    {
        var words = Parse(WordPiece.Replace("\"added_tokens\": [", "\"added_tokens\": [ { \"id\": 9, \"content\": \"NewWord\" },", StringComparison.Ordinal));
        Assert.Equal("the NewWord song", words.Decode([5, 9, 8]));
        Assert.Equal("NewWord the", words.Decode([9, 5]));
        Assert.Equal("[CLS] the [SEP]", words.Decode([1, 5, 2], special: true));

        var marks = Parse("""{ "added_tokens": [ { "id": 2, "content": "▁▁" } ], "decoder": { "type": "Metaspace" }, "model": { "type": "BPE", "vocab": { "a": 0, "▁a": 1 }, "merges": [] } }""");
        Assert.Equal("a  a", marks.Decode([1, 2, 0]));
    }

    [Theory]
    [InlineData("always", new[] { 2, 3, 2 })]
    [InlineData("first", new[] { 2, 3, 1 })]
    [InlineData("never", new[] { 1, 3, 1 })]
    public void Read_Metaspace_PutsAMarkBeforeTheStretchesOfItsScheme(string scheme, int[] expected)
    {
        var tokenizer = Parse($$"""
            {
              "added_tokens": [ { "id": 3, "content": "<s>", "special": true } ],
              "pre_tokenizer": { "type": "Metaspace", "prepend_scheme": "{{scheme}}" },
              "model": { "type": "BPE", "vocab": { "▁": 0, "a": 1, "▁a": 2 }, "merges": ["▁ a"] }
            }
            """);

        Assert.Equal(expected, tokenizer.Encode("a<s>a", special: true));
        Assert.Equal(scheme == "always" ? [3, 2] : [3, 1], tokenizer.Encode("<s>a", special: true));
    }

    /// <summary>What goes on from a text has the tokens that it would have within it.</summary>
    [Theory]
    [InlineData("\"normalizer\": { \"type\": \"Sequence\", \"normalizers\": [ { \"type\": \"Strip\" }, { \"type\": \"Prepend\", \"prepend\": \"▁\" }, { \"type\": \"Replace\", \"pattern\": { \"String\": \" \" }, \"content\": \"▁\" } ] }")]
    [InlineData("\"pre_tokenizer\": { \"type\": \"Metaspace\", \"prepend_scheme\": \"always\" }")]
    [InlineData("\"pre_tokenizer\": { \"type\": \"Metaspace\", \"prepend_scheme\": \"first\" }")]
    public void Encode_TextThatGoesOn_HasNoStart(string steps)
    {
        var tokenizer = Parse($$"""
            { {{steps}}, "model": { "type": "BPE", "vocab": { "▁": 0, "x": 1, "a": 2, "b": 3, "ab": 4, "▁ab": 5 }, "merges": ["a b", "▁ ab"] } }
            """);

        Assert.Equal([0, 1, 5], tokenizer.Encode("x ab"));
        Assert.Equal([5], tokenizer.Encode(" ab", begun: true));
        Assert.Equal([4], tokenizer.Encode("ab", begun: true));
        Assert.Equal([5], tokenizer.Encode("ab"));
    }

    [Fact]
    public void Encode_BytesThatGoOn_HaveNoSpaceBefore()
    {
        var tokenizer = Parse(Bytes("""{ "type": "ByteLevel", "add_prefix_space": true }""", ["Ġab", "ab"]));
        Assert.Equal(tokenizer.Encode("x ab"), tokenizer.Encode("x").Concat(tokenizer.Encode(" ab", begun: true)));
        Assert.Equal([tokenizer.Id("ab")!.Value], tokenizer.Encode("ab", begun: true));
        Assert.Equal([tokenizer.Id("Ġab")!.Value], tokenizer.Encode("ab"));
    }

    private static TextTokenizer Parse(string json) => TextTokenizer.Parse(Encoding.UTF8.GetBytes(json));

    /// <summary>A byte-level vocabulary in which each of some words is built up from its characters.</summary>
    private static string Bytes(string preTokenizer, string[] words)
    {
        var tokens = Enumerable.Range(0, 256).Select(value => ByteLevelAlphabet.Character((byte)value).ToString()).ToList();
        var merges = new List<string>();
        foreach (var word in words)
        {
            for (var length = 2; length <= word.Length; length++)
            {
                if (!tokens.Contains(word[..length]))
                {
                    merges.Add($"{word[..(length - 1)]} {word[length - 1]}");
                    tokens.Add(word[..length]);
                }
            }
        }

        return System.Text.Json.JsonSerializer.Serialize(new
        {
            pre_tokenizer = System.Text.Json.JsonDocument.Parse(preTokenizer).RootElement,
            decoder = new { type = "ByteLevel" },
            model = new { type = "BPE", vocab = tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id), merges },
        });
    }
}
