using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;
using Understudy.Tests;
using Understudy.Workflows.Signing;

namespace Understudy.Workflows.Tests.Signing;

/// <summary>Against a vault of the tests' own, which speaks Key Vault's REST API.</summary>
public sealed class VaultSignerTests : IDisposable
{
    private static readonly Uri Address = new("https://stage.vault.azure.net/keys/release-signing");

    private readonly Vault _vault = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Sign_Content_IsAnEs256SignatureOfTheVaultsKey()
    {
        var signer = Signer();
        var content = Encoding.UTF8.GetBytes("a manifest");

        var signature = signer.Sign(content);

        Assert.Equal(64, signature.Length);
        Assert.True(_vault.Key.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        Assert.Equal(PublicKeys.IdOf(_vault.Key.ExportSubjectPublicKeyInfo()), signer.KeyId);
        Assert.Equal(["GET /keys/release-signing?api-version=7.4", "POST /keys/release-signing/7?api-version=7.4".Replace("?", "/sign?", StringComparison.Ordinal)], _vault.Asked);
        Assert.All(_vault.Tokens, token => Assert.Equal("Bearer for https://vault.azure.net/.default", token));
    }

    [Fact]
    public void KeyId_AskedTwice_IsLookedUpOnce()
    {
        var signer = Signer();

        Assert.Equal(signer.KeyId, signer.KeyId);
        Assert.Single(_vault.Asked);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "Key Vault Crypto User")]
    [InlineData(HttpStatusCode.NotFound, "404")]
    public void Sign_Refused_SaysWhatToDoAndNothingSecret(HttpStatusCode status, string says)
    {
        _vault.Refuses = status;

        var failure = Assert.Throws<SigningException>(() => Signer().Sign("x"u8));

        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Bearer", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sign_AnotherCurve_IsRefused()
    {
        _vault.Curve = "P-384";

        Assert.Contains("P-256", Assert.Throws<SigningException>(() => Signer().Sign("x"u8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sign_ASignatureThatIsNotOfThisKey_IsRefused()
    {
        _vault.Forges = true;

        Assert.Throws<SigningException>(() => Signer().Sign("x"u8));
    }

    [Fact]
    public async Task Promote_WithTheVaultsKey_SignsTheChannelAndIsTrustedHere()
    {
        await TestModels.WriteAsync(_folder.At("models"));
        using var catalog = new ReleaseCatalog(_folder.At("models"), keys: ReleaseKeys.From(null, Address.AbsoluteUri, _ => Signer()));
        // What is there was signed by the tests' own key, which this catalog does not know.
        foreach (var version in new[] { TestModels.First, TestModels.Second })
        {
            ReleaseWriter.Sign(Path.Combine(_folder.At("models"), TestModels.Task, version), catalog.Keys.Signer);
        }

        Directory.Delete(Path.Combine(_folder.At("models"), TestModels.Task, "channels"), recursive: true);
        await catalog.PromoteAsync(TestModels.Task, TestModels.Second, CancellationToken.None);

        Assert.Equal(catalog.Keys.Signer.KeyId, catalog.Pointer(TestModels.Task, "stable")!.KeyId);
        using var lease = catalog.Acquire(TestModels.Task);
        Assert.Equal(TestModels.Second, lease.Release.Manifest.Version);
    }

    public void Dispose()
    {
        _vault.Dispose();
        _folder.Dispose();
    }

    private VaultSigner Signer() => new(Address, new Token(), new() { Transport = new HttpClientTransport(_vault), Retry = { MaxRetries = 0 } });

    private sealed class Token : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new($"for {requestContext.Scopes[0]}", DateTimeOffset.UtcNow.AddHours(1));

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }

    private sealed class Vault : HttpMessageHandler
    {
        public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public List<string> Asked { get; } = [];

        public List<string> Tokens { get; } = [];

        public HttpStatusCode? Refuses { get; set; }

        public string Curve { get; set; } = "P-256";

        public bool Forges { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add($"{request.Method} {request.RequestUri!.PathAndQuery}");
            Tokens.Add(request.Headers.Authorization!.ToString());
            if (Refuses is { } status)
            {
                return new(status) { Content = new StringContent("{\"error\":{\"code\":\"Forbidden\",\"message\":\"secret details\"}}") };
            }

            return request.Method == HttpMethod.Get ? Describe() : Sign(JsonDocument.Parse(request.Content!.ReadAsStream(cancellationToken)).RootElement);
        }

        private HttpResponseMessage Describe()
        {
            var point = Key.ExportParameters(false).Q;
            return Ok(new { key = new { kid = $"{Address}/7", kty = "EC", crv = Curve, x = Url(point.X!), y = Url(point.Y!) } });
        }

        private HttpResponseMessage Sign(JsonElement asked)
        {
            Assert.Equal("ES256", asked.GetProperty("alg").GetString());
            var digest = System.Buffers.Text.Base64Url.DecodeFromChars(asked.GetProperty("value").GetString());
            digest[0] ^= (byte)(Forges ? 1 : 0);
            return Ok(new { kid = $"{Address}/7", value = Url(Key.SignHash(digest, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)) });
        }

        private static HttpResponseMessage Ok(object body) => new(HttpStatusCode.OK) { Content = JsonContent.Create(body) };

        private static string Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
    }
}
