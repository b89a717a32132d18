"""How the Hub on 127.0.0.1 takes uploads: the requests of the real client, one method each."""

import base64
import hashlib
import json
import re

import yaml

from loopback_hub.repos import LFS_SUFFIXES, Hub, Refused, Repo, etag_of

COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}


class Uploads:
    """Mixed into a handler of requests; ``answer`` sends what is JSON."""

    hub: Hub

    def repo(self, kind: str, repo_id: str) -> Repo:
        if (kind, repo_id) not in self.hub.repos:
            raise Refused(404, "RepoNotFound")
        return self.hub.repos[kind, repo_id]

    def on_whoami(self, body: bytes) -> None:
        self.answer({"type": "user", "name": "tester", "orgs": []})

    def on_create(self, body: bytes) -> None:
        asked = json.loads(body)
        kind = asked.get("type") or "model"
        repo_id = f"{asked['organization'] or 'tester'}/{asked['name']}"
        known = (kind, repo_id) in self.hub.repos
        if not known:
            self.hub.add(repo_id, {".gitattributes": b"*.safetensors filter=lfs\n"}, kind=kind)
            self.hub.repos[kind, repo_id].created_with = asked
        prefix = "" if kind == "model" else f"{kind}s/"
        self.answer({"url": f"{self.hub.url}/{prefix}{repo_id}"}, 409 if known else 200)

    def on_yaml(self, body: bytes) -> None:
        asked = json.loads(body)
        block = re.match(r"---\n(.*?)\n---\n", asked["content"], re.DOTALL)
        facts = yaml.safe_load(block[1]) if block else {}
        wrong = [] if facts else ["no front matter"]
        if asked["repoType"] == "space":
            wrong += [key for key in ("colorFrom", "colorTo") if facts.get(key) not in COLOURS]
            wrong += [key for key in ("sdk_version", "python_version") if not isinstance(facts.get(key), str)]
            wrong += ["short_description"] if len(facts.get("short_description", "")) > 60 else []
        self.answer({"errors": [{"message": text} for text in wrong], "warnings": []}, 400 if wrong else 200)

    def on_preupload(self, kind: str, repo_id: str, revision: str, body: bytes) -> None:
        held = self.hub.files(repo_id, kind) if self.repo(kind, repo_id) else {}
        answers = []
        for file in json.loads(body)["files"]:
            path = file["path"]
            mode = "lfs" if path.endswith(LFS_SUFFIXES) else "regular"
            answers.append({"path": path, "uploadMode": mode, "shouldIgnore": False})
            if path in held:
                answers[-1]["oid"] = etag_of(path, held[path])
        self.answer({"files": answers})

    def on_batch(self, repo_id: str, body: bytes) -> None:
        objects = []
        for item in json.loads(body)["objects"]:
            oid, size = item["oid"], item["size"]
            upload, verify = {"href": f"{self.hub.url}/lfs/{oid}"}, {"href": f"{self.hub.url}/lfs-verify"}
            objects.append({"oid": oid, "size": size, "actions": {"upload": upload, "verify": verify}})
        self.answer({"transfer": "basic", "objects": objects})

    def on_lfs(self, oid: str, body: bytes) -> None:
        if hashlib.sha256(body).hexdigest() != oid:
            raise Refused(400, text="the bytes do not hash to their name")
        self.hub.blobs[oid] = body
        self.answer({})

    def on_verify(self, body: bytes) -> None:
        asked = json.loads(body)
        if len(self.hub.blobs.get(asked["oid"], b"")) != asked["size"]:
            raise Refused(404, text="no such object")
        self.answer({})

    def on_commit(self, kind: str, repo_id: str, revision: str, body: bytes) -> None:
        repo = self.repo(kind, repo_id)
        files = dict(self.hub.files(repo_id, kind))
        for line in body.splitlines():
            entry = json.loads(line)
            value = entry["value"]
            if entry["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif entry["key"] == "lfsFile":
                files[value["path"]] = self.hub.blobs[value["oid"]]
            elif entry["key"] == "deletedFile":
                del files[value["path"]]
        oid = repo.commit(files, revision)
        self.answer({"commitUrl": f"{self.hub.url}/{repo_id}/commit/{oid}", "commitOid": oid})

    def on_tag(self, kind: str, repo_id: str, revision: str, body: bytes) -> None:
        repo, tag = self.repo(kind, repo_id), json.loads(body)["tag"]
        if tag in repo.refs:
            raise Refused(409, text="Tag reference exists already")
        repo.refs[tag] = repo.resolve(revision)
        self.answer({})

    def on_variables(self, repo_id: str, body: bytes) -> None:
        asked = json.loads(body)
        variables = self.repo("space", repo_id).variables
        variables[asked["key"]] = asked["value"]
        self.answer({key: {"value": value} for key, value in variables.items()})
