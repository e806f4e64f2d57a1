using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Understudy.Inference.Signing;

namespace Understudy.Workflows.Signing;

/// <summary>
/// Signs with a P-256 key in Azure Key Vault, by its REST API: the key never leaves the vault, and only hashes go there. The key is looked up
/// when first asked for, in the version that is current then. Thread-safe.
/// </summary>
public sealed class VaultSigner : IReleaseSigner
{
    private const string ApiVersion = "7.4";

    private readonly Uri _address;
    private readonly HttpPipeline _pipeline;
    private readonly Lock _gate = new();
    private VaultKey? _key;

    /// <param name="address">The key's, with its version or without: <c>https://{vault}.vault.azure.net/keys/{name}</c>.</param>
    /// <param name="credential">May get the key and sign with it.</param>
    public VaultSigner(Uri address, TokenCredential credential)
        : this(address, credential, new VaultClientOptions())
    {
    }

    internal VaultSigner(Uri address, TokenCredential credential, VaultClientOptions options)
    {
        _address = new(address.GetLeftPart(UriPartial.Path).TrimEnd('/'));
        // A vault's audience is its own cloud's: vault.azure.net for contoso.vault.azure.net.
        var cloud = _address.Host[(_address.Host.IndexOf('.', StringComparison.Ordinal) + 1)..];
        _pipeline = HttpPipelineBuilder.Build(options, new BearerTokenAuthenticationPolicy(credential, $"https://{cloud}/.default"));
    }

    /// <inheritdoc/>
    /// <exception cref="SigningException">The vault refuses or cannot be reached.</exception>
    public string KeyId => Key().KeyId;

    /// <inheritdoc/>
    /// <exception cref="SigningException">The vault refuses or cannot be reached.</exception>
    public byte[] PublicKey => Key().PublicKey;

    /// <inheritdoc/>
    /// <exception cref="SigningException">The vault refuses or cannot be reached.</exception>
    public byte[] Sign(ReadOnlySpan<byte> content)
    {
        var key = Key();
        var digest = Base64Url.EncodeToString(SHA256.HashData(content));
        var answer = Send(RequestMethod.Post, new(key.Address + "/sign"), JsonSerializer.SerializeToUtf8Bytes(new { alg = "ES256", value = digest }));
        var signature = Base64Url.DecodeFromChars(answer.Text("value"));
        return PublicKeys.Verify(key.PublicKey, content, signature)
            ? signature
            : throw new SigningException($"The vault's key '{key.Address}' gave a signature that does not verify. Check that it is the key of this address.");
    }

    private VaultKey Key()
    {
        lock (_gate)
        {
            return _key ??= VaultKey.Read(Send(RequestMethod.Get, _address, null), _address);
        }
    }

    private JsonElement Send(RequestMethod method, Uri address, byte[]? body)
    {
        using var message = _pipeline.CreateMessage();
        message.Request.Method = method;
        message.Request.Uri.Reset(new($"{address}?api-version={ApiVersion}"));
        message.Request.Headers.Add("Accept", "application/json");
        if (body is not null)
        {
            message.Request.Headers.Add("Content-Type", "application/json");
            message.Request.Content = RequestContent.Create(body);
        }

        try
        {
            _pipeline.Send(message, CancellationToken.None);
            return message.Response.Status == 200
                ? JsonDocument.Parse(message.Response.Content).RootElement
                : throw new SigningException($"The vault's key '{_address}' cannot be used: {message.Response.Status} {message.Response.ReasonPhrase}. Give this identity the role 'Key Vault Crypto User' on the key, or correct {ReleaseKeys.SigningKeyVariable}.");
        }
        catch (Exception error) when (error is not SigningException)
        {
            // What the credential and the transport say may be long; its first line says what is wrong.
            throw new SigningException($"The vault's key '{_address}' cannot be reached: {error.Message.Split('\n')[0]}", error);
        }
    }
}
